"""Paths and branches that are safe on every file system."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from menon.core.errors import InvalidInput
from menon.kit.text import shorten

_LONGEST: Final = 1_000
_HFS: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u206a-\u206f\ufeff]")
"""Characters that macOS leaves out when it compares names."""
_BRANCH: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*")


def safe(path: str) -> str:
    """The path itself: relative, below its folder, and never part of `.git` on any system.

    Raises:
        InvalidInput: it is none of that.
    """
    why = _unsafe(path)
    if why:
        raise InvalidInput(f"{shorten(repr(path), 120)} cannot be a file of a project: {why}")
    return path


def consistent(paths: Iterable[str]) -> None:
    """Refuse a set of paths in which a file is also a folder."""
    files = set(paths)
    for path in files:
        parts = path.split("/")
        for count in range(1, len(parts)):
            folder = "/".join(parts[:count])
            if folder in files:
                raise InvalidInput(f"{folder!r} cannot be a file and the folder of {path!r}")


def branch_ref(name: str) -> bytes:
    """The full name of a branch.

    Raises:
        InvalidInput: git does not allow it.
    """
    plain = len(name) <= 200 and _BRANCH.fullmatch(name)
    if not plain or ".." in name or any(p.endswith((".lock", ".")) for p in name.split("/")):
        said = "letters, digits, `.`, `_`, `-` and `/`, such as `feature/search`"
        raise InvalidInput(f"{shorten(repr(name), 120)} is no name of a branch; it has {said}")
    return b"refs/heads/" + name.encode()


def is_git(part: str) -> bool:
    """Whether some system takes a name for `.git`: other case, NTFS streams, short names."""
    plain = unicodedata.normalize("NFC", _HFS.sub("", part)).casefold()
    head = plain.split(":")[0].rstrip(" .")
    return head in {".git", "git~1"} or bool(re.fullmatch(r"git~\d+", head))


def _unsafe(path: str) -> str:
    if not path or len(path) > _LONGEST:
        return f"it has {len(path)} characters, and 1 to {_LONGEST} are allowed"
    if any(unicodedata.category(char) in {"Cc", "Cs"} for char in path):
        return "it has a control character"
    if "\\" in path:
        return "folders are separated by `/`"
    if path.startswith("/") or re.match(r"[A-Za-z]:", path):
        return "it is not relative"
    return next((why for part in path.split("/") if (why := _unsafe_part(part))), "")


def _unsafe_part(part: str) -> str:
    if part in {"", ".", ".."}:
        return f"it has the part {part!r}"
    if len(part.encode()) > 255:
        return "a name in it is longer than 255 bytes"
    return f"{part!r} is kept for git" if is_git(part) else ""
