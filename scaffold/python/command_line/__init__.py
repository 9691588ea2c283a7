"""argparse read without running it. The door is `parser.command_line`."""
