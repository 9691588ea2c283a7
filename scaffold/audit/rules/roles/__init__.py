"""Rules about IAM roles."""
