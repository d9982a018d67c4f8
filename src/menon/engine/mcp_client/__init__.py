"""The client of MCP servers: what they offer, pinned by digest, and calls within a budget.

Links ── one link a server, reopened when it broke, closed when idle
  Link ── a session in a task of its own; whatever the server does, a call ends typed and in time
    offers ── what a server lists, bounded, with a digest that changes with every word of it
"""
