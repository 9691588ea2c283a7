"""`catalog`: a page that shows all tasks, what starts them, and when."""
