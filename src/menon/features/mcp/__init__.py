"""The Model Context Protocol: what Menon can do, as tools, resources and prompts of other apps."""
