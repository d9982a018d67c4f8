"""Agents as files: out of here, and in from elsewhere."""
