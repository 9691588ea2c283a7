"""Reads argparse command lines from source, without running it.

The entry point is `reader.read`: a function and the checkout's `Lookup` give a `CommandLine`. The rest is internal.
"""
