"""All files of a command or none, also after a crash."""
