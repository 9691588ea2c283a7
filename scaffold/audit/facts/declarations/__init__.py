"""What Terraform declares, and what refers to it."""
