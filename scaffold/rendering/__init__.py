"""Rendering: from template/ to text."""
