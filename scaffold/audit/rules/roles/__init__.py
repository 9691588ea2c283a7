"""Rules on IAM roles."""
