"""What git knows of a checkout: commits, what is staged, and earlier versions of a file."""
