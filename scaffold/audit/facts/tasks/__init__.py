"""What containers are started with, and what they are given."""
