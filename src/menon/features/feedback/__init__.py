"""Feedback: thumbs and comments on what a span answered."""
