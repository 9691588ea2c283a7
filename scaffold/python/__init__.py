"""Python source in a checkout: read, added to, taken from."""
