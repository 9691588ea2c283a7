"""The audit: the rules, the facts that they read, and what is done with their findings."""
