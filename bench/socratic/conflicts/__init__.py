"""Typed scenarios of conflicts, and what the detectors make of them."""
