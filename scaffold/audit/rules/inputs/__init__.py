"""Rules on the files that `check` reads."""
