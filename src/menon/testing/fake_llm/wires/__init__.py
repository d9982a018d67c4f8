"""The wire formats of three makers of model servers."""
