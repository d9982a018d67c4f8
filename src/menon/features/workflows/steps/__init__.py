"""Kinds of steps that need features: one file each, found by a scan."""
