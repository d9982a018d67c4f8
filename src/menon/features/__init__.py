"""Abilities with memory and entry points."""
