"""What `list`, `show` and `runbook` print."""
