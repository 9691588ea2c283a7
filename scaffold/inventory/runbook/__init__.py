"""`runbook`: the values of template/runbook.md, found in the checkout."""
