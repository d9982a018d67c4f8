"""Workflow steps that need no product: what a step is, its expressions, and the pure kinds."""
