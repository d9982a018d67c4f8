"""The secrets of an agent, which tools use by reference."""
