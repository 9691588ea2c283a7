"""The commands and their options, one module each."""
