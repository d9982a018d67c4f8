"""The immutable versions of an agent, their labels, and how two differ."""
