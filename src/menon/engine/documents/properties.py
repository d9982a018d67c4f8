"""The core properties that office files share, as metadata."""

from datetime import datetime
from typing import Any, Final

_NAMES: Final = {
    "author": "author",
    "creator": "author",
    "subject": "subject",
    "category": "category",
    "keywords": "keywords",
    "language": "lang",
    "created": "created",
    "modified": "modified",
}
# What the libraries and programs put in when nobody said anything.
_NOBODY: Final = frozenset({"python-docx", "openpyxl", "PowerPoint Presentation"})


def properties(core: Any) -> tuple[str | None, dict[str, Any]]:
    """Title and metadata from the core properties of an office file, by attribute."""
    found: dict[str, Any] = {}
    for attribute, name in _NAMES.items():
        value = getattr(core, attribute, None)
        if isinstance(value, datetime):
            found[name] = value.isoformat()
        elif isinstance(value, str) and value.strip() and value not in _NOBODY:
            found[name] = value.strip()
    if "keywords" in found:
        words = found["keywords"].replace(";", ",").split(",")
        found["keywords"] = [word.strip() for word in words if word.strip()]
    title = getattr(core, "title", None)
    return (title.strip() if title and title not in _NOBODY else None), found
