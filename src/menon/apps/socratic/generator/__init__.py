"""From an approved specification to a project: deterministic, byte for byte."""
