"""How the parts of a task that exists change, one module per part that can be changed."""
