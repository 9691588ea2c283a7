"""Rules on IAM policies."""
