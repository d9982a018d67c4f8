"""Measurements of the Socratic app."""
