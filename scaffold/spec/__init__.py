"""What was asked for, valid once it exists. Knows no files."""
