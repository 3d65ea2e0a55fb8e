"""Questions with targets: what they are, and how files are read."""
