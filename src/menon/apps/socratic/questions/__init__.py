"""Good questions, one at a time, and what their answers say, with no model."""
