"""JSON inside Terraform."""
