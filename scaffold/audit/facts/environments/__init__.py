"""Facts about environments and the values that they pass to the template."""
