"""What runs in the page's Python. These files go there as they are, so they need the standard library alone."""
