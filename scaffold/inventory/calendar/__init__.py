"""`calendar`: what runs when in an environment."""
