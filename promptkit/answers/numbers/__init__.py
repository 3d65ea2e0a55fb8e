"""Kind `number`: how numbers are written, what speaks for each, and which one a reply comes to."""
