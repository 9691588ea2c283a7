"""Roles that are passed on, and the policies they have."""
