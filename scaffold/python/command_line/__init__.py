"""Reads argparse command lines from source, without running it. Use `reader.read`; the rest is internal."""
