"""Rules about variables, locals, references and names in Terraform."""
