"""The Terraform language in a checkout."""
