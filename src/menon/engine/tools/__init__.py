"""One tool a file, and what a tool is."""
