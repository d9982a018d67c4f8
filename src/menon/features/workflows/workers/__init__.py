"""The processes that work on jobs, and how much waits for them."""
