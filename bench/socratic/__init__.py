"""Measurements of the Socratic app: `python -m bench.socratic.NAME`."""
