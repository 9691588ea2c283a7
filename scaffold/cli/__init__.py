"""What is typed, asked and shown. Nothing below this room prints or exits."""
