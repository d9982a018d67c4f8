"""Runs: every long action, its state and its log of events."""
