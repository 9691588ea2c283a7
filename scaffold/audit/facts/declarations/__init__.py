"""Declarations in Terraform, and the references to them."""
