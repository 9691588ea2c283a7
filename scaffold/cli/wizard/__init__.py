"""`task` without a name: questions at the terminal."""
