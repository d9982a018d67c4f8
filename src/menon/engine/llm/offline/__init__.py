"""The engine that answers without a language model: it looks up, calculates, quotes and says so."""
