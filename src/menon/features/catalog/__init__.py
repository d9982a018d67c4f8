"""Which models exist here, what they can, choosing among them, usage and cost."""
