"""Git repositories of projects, written and read by dulwich: no git binary, no configuration.

    folder/            the working folder
    folder/.git        objects, branches and an index that git itself understands

Nothing that a repository brings can run: its configuration, attributes, hooks and filters are never
read. A repository with symbolic links or borrowed objects in `.git` is refused.
"""

from menon.apps.socratic.repository.history import base, branches, current, diff, log
from menon.apps.socratic.repository.paths import safe
from menon.apps.socratic.repository.records import (
    GITIGNORE,
    Author,
    Branch,
    Commit,
    Committed,
    FileDiff,
    Status,
)
from menon.apps.socratic.repository.writing import (
    commit,
    init,
    read_tree,
    status,
    write_tree,
)

__all__ = [
    "GITIGNORE",
    "Author",
    "Branch",
    "Commit",
    "Committed",
    "FileDiff",
    "Status",
    "base",
    "branches",
    "commit",
    "current",
    "diff",
    "init",
    "log",
    "read_tree",
    "safe",
    "status",
    "write_tree",
]
