"""Models: providers found by scan, choosing among them, and the wires they speak."""
