"""Pages: layout, templates and vendored assets."""
