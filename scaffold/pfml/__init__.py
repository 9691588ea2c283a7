"""Reading a PFML checkout: its conventions, without edits."""
