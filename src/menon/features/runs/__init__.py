"""Runs over the API: listed, read, followed, cancelled."""
