"""The command line: commands, wizard and output. No other package prints or exits."""
