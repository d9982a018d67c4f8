"""What is agreed: versions of the specification, and what contradicts in it."""
