"""What was agreed: one typed, versioned document that people read and code is made from."""

from menon.apps.socratic.specification.model import Specification

__all__ = ["Specification"]
