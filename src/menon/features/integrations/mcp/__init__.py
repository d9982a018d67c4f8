"""Tool servers that speak MCP: registered, read, pinned, called."""
