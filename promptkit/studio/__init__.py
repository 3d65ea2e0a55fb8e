"""A local page in which wordings are written, seen as models will see them, tried, and compared."""
