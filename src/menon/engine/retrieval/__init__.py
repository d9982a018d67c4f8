"""Retrieval as pure functions: split, embed, rank by vectors and by words, fuse, cite."""
