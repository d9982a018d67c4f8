"""When workflows start by themselves."""
