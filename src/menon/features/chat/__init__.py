"""Chat: conversations, turns, memory."""
