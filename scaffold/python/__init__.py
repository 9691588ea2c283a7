"""Python source in a checkout: reading and editing it."""
