"""Asking an agent for an action, by its id or by what it can do."""
