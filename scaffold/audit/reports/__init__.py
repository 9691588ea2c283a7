"""An audit in the formats of `check`, and the rules themselves."""
