"""Reports of a run: a page to read and pass on, Markdown, and rows for other tools. `write_report` makes them all."""
