"""Finding chunks: one promise, kept by each database in its own way."""

from menon.features.knowledge.index.finder import Finder, Scope

__all__ = ["Finder", "Scope"]
