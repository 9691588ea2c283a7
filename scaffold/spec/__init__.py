"""What was asked for, checked without reading files."""
