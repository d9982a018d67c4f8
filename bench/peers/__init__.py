"""Other programs that do a part of the same, measured in an environment of their own."""
