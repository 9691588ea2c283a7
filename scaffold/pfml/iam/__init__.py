"""IAM roles, their policies, and the rights these give."""
