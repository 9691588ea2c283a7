"""Rules about the definitions of step functions."""
