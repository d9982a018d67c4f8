"""Single actions of an agent, or of an engine that needs no model."""
