"""Rules on variables, locals, references and names in Terraform."""
