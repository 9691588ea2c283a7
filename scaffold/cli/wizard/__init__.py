"""The wizard: `task` without a name asks at the terminal."""
