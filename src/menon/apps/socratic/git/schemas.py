"""Wire shapes of a project's repository."""

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from menon.core.http import Wire


class CommitIn(Wire):
    """A commit of what has changed, or of these files."""

    model_config = ConfigDict(extra="forbid")

    message: Annotated[str, Field(min_length=1, max_length=2000)] = "Change by hand."
    files: dict[
        Annotated[str, Field(max_length=500)], Annotated[str, Field(max_length=1_000_000)] | None
    ] = Field(default={}, max_length=500)
    """Written before the commit: contents by path; null takes a file away."""


class CommitOut(Wire):
    """A commit."""

    success: bool = True
    committed: bool
    """False where nothing had changed."""
    commit: str
    branch: str
    message: str


class LogEntry(Wire):
    """A commit of the history."""

    commit: str
    message: str
    author: str
    at: datetime
    parents: list[str]


class LogOut(Wire):
    """The history of a branch, the newest first."""

    branch: str
    branches: list[str]
    items: list[LogEntry]
    next_cursor: str | None = None


class FileDiffOut(Wire):
    """How a file differs."""

    path: str
    kind: str
    """`added`, `modified` or `removed`."""
    patch: str
    """As a unified diff; empty where it is binary or large."""
    binary: bool


class DiffOut(Wire):
    """How the files of two commits differ."""

    before: str | None
    """Null is the empty tree."""
    after: str
    items: list[FileDiffOut]
    total: int
    """All files that differ; the first 200 are listed."""


class StatusOut(Wire):
    """How the files differ from the last commit."""

    initialized: bool
    branch: str
    branches: list[str]
    clean: bool
    added: list[str]
    changed: list[str]
    removed: list[str]
    commit: str | None
