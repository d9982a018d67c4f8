"""How well ideas become specifications, and specifications code."""
