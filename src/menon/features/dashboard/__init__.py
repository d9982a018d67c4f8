"""The page after signing in: ask, first steps, what happened lately."""
