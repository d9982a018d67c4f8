"""One file per model provider, each exporting `provider`."""
