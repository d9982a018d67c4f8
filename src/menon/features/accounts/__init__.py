"""Users, roles, keys, tokens and sessions: who asks, and how they prove it."""
