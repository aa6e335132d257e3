"""Bad requests by the thousand, the applications that get them, and what no application may do with them."""
