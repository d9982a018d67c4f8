"""Measurements: limits, loads and what they cost; run them with `make bench`."""
