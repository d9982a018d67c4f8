"""Text from people as Markdown that shows it and does nothing else."""

import re
from typing import Final

_SPECIAL: Final = re.compile(r"([\\`*\[\]#|~$]|(?<![^\W_])_|_(?![^\W_]))")
_BEGINS: Final = re.compile(r"^(\s*)([-+=>]|\d+[.)])")
_SCHEME: Final = re.compile(r"(?i)\b(https?|ftp|mailto|xmpp)(:)|\b(www)(\.)")


def inline(text: str) -> str:
    """One line in which nothing is mark-up: no HTML, link, emphasis, table or heading."""
    printable = "".join(char if char.isprintable() else " " for char in text)
    return _escaped(" ".join(printable.split()))


def block(text: str) -> str:
    """Paragraphs as they were written, in which nothing is mark-up."""
    lines = [_BEGINS.sub(_mark, inline(line)) for line in text.strip().splitlines()]
    return "\n".join(lines)


def _mark(match: re.Match[str]) -> str:
    """What would begin a list or a heading, kept as text."""
    space, mark = match.groups()
    return f"{space}{mark[:-1]}\\{mark[-1]}"


def _escaped(text: str) -> str:
    marked = _SPECIAL.sub(r"\\\1", text.replace("&", "&amp;"))
    # Addresses become links without any mark: an entity in the middle keeps them text.
    plain = _SCHEME.sub(lambda m: f"{m[1] or m[3]}&#{ord(m[2] or m[4])};", marked)
    return plain.replace("<", "&lt;").replace(">", "&gt;").replace("@", "&#64;")
