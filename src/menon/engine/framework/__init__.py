"""Agents as Python objects: the same run loop and models as the server's, without the server."""
