"""What a repository is asked with and answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

GITIGNORE: Final = b"""\
# Python
__pycache__/
*.py[cod]
*.egg-info/
.venv/
.pytest_cache/
.ruff_cache/
.hypothesis/
.coverage
htmlcov/
dist/
build/

# Node
node_modules/

# Secrets and local data
.env
*.db
*.sqlite3

# Editors and systems
.idea/
.DS_Store
Thumbs.db
"""

MOST_FILES: Final = 20_000
MOST_BYTES: Final = 200_000_000
LARGEST_FILE: Final = 50_000_000

Tree = dict[str, bytes]
"""Contents by path; a folder is what stands before a `/`."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who is named in a commit."""

    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit; `id` is 40 hexadecimal digits."""

    id: str
    parents: tuple[str, ...]
    author: str
    email: str
    at: datetime
    """Aware, in UTC."""
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """What came of a commit: `made` is false where nothing had changed."""

    commit: Commit
    made: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A branch and its last commit."""

    name: str
    commit: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What differs between the working folder and the last commit, each sorted."""

    branch: str
    commit: str
    added: tuple[str, ...]
    modified: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Whether there is nothing to commit."""
        return not (self.added or self.modified or self.removed)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDiff:
    """A file that differs; `patch` is a unified diff, empty for binary or very large files."""

    path: str
    kind: Literal["added", "modified", "removed"]
    patch: str
    binary: bool
