"""The commands and their options, a module each."""
