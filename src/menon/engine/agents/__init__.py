"""The run loop: one frozen turn in, the closed union of events out."""
