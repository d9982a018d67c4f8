"""Logs of runs: what they said and what happened in them, for their owners."""
