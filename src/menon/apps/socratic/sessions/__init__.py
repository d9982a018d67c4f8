"""Questioning: a session, its questions, the answers, and what a model helps with."""
