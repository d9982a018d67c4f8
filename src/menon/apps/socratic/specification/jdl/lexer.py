"""JDL text as tokens, each with its line and column."""

import re
from dataclasses import dataclass
from typing import Final, NoReturn

from menon.core.errors import InvalidInput
from menon.kit.text import shorten

MOST_CHARACTERS: Final = 2_000_000

_FORMS: Final = (
    ("doc", r"/\*\*(?!/)(?s:.*?)\*/"),
    ("comment", r"/\*(?s:.*?)\*/|//[^\n]*"),
    ("space", r"\s+"),
    ("number", r"-?\d+(?:\.\d+)?(?![\w])"),
    ("word", r"[A-Za-z_][A-Za-z0-9_-]*"),
    ("string", r'"[^"]*"'),
    ("mark", r"[{}()\[\],:=*@;.]"),
)
_TOKEN: Final = re.compile("|".join(f"(?P<{name}>{form})" for name, form in _FORMS))
_REGEX: Final = re.compile(r"/((?:[^/\\\n]|\\[^\n])*)/")
"""Only after `pattern(`: elsewhere a slash begins a comment."""


class JdlError(InvalidInput):
    """The JDL cannot be read."""

    def __init__(self, detail: str = "", *, line: int = 0, column: int = 0) -> None:
        self.line, self.column = line, column
        where = {"line": line, "column": column, "detail": detail}
        said = f"Line {line}, column {column}: {detail}" if detail else ""
        super().__init__(said, errors=[where] if detail else [])


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number, string, regular expression, mark or doc comment; `end` is the last one."""

    kind: str
    text: str
    line: int
    column: int

    def fail(self, detail: str) -> NoReturn:
        """Refuse the text at this place."""
        raise JdlError(detail, line=self.line, column=self.column)

    def shown(self) -> str:
        """The token as an error names it."""
        return "the end of the text" if self.kind == "end" else repr(shorten(self.text, 60))


def tokens(text: str) -> list[Token]:
    """The tokens of a text and an `end`.

    Raises:
        JdlError: a character that JDL does not have, or something that is never closed.
    """
    if len(text) > MOST_CHARACTERS:
        said = f"the text has {len(text)} characters; at most {MOST_CHARACTERS} are read"
        raise JdlError(said, line=1, column=1)
    found: list[Token] = []
    at = 0
    line = 1
    begin = 0
    while at < len(text):
        match = _regex(text, at, found) or _TOKEN.match(text, at)
        here = Token("end", text[at], line, at - begin + 1)
        if match is None:
            here.fail(_why(text, at))
        written: str = match[0]
        kind = match.lastgroup or "regex"
        if kind not in {"space", "comment"}:
            value = match[1] if kind == "regex" else written
            found.append(Token(kind, value, here.line, here.column))
        if "\n" in written:
            line += written.count("\n")
            begin = at + written.rindex("\n") + 1
        at = match.end()
    return [*found, Token("end", "", line, at - begin + 1)]


def _regex(text: str, at: int, found: list[Token]) -> re.Match[str] | None:
    after = len(found) > 1 and found[-1].text == "(" and found[-2].text == "pattern"
    return _REGEX.match(text, at) if after else None


def _why(text: str, at: int) -> str:
    if text.startswith("/*", at):
        return "the comment is never closed; end it with `*/`"
    if text[at] == '"':
        return 'the text in quotes is never closed; end it with `"`'
    if text[at] == "/":
        return "a regular expression stands in `pattern(/.../)`, a comment begins with `//`"
    return f"{text[at]!r} is no part of JDL; remove it"
