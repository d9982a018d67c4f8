"""Agents: definitions with immutable versions, and running them."""
