"""Secrets at rest: each under a key of its own, that key under the vault key."""
