"""What `list` prints: one module for each noun, and the formats that all of them have."""
