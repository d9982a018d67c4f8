"""Whether code is safe to keep: dangerous calls, secrets, foreign imports, found in its syntax.

Nothing is run and nothing is rewritten: what is unsafe is rejected with the line and the reason.
"""

from typing import Final

from menon.apps.socratic.scan.finding import MOST, Finding, Scan, Severity
from menon.apps.socratic.scan.javascript import scan_javascript
from menon.apps.socratic.scan.python import scan_python
from menon.apps.socratic.scan.stacks import STACKS
from menon.core.errors import InvalidInput, TooLarge

__all__ = ["LANGUAGES", "LARGEST", "Finding", "Scan", "Severity", "scan"]

LARGEST: Final = 1_500_000
"""Bytes of code that are read."""

LANGUAGES: Final = {
    "python": "python",
    "py": "python",
    "javascript": "javascript",
    "js": "javascript",
    "jsx": "javascript",
    "mjs": "javascript",
}
_RANK: Final = {"high": 0, "medium": 1, "low": 2}


def scan(code: str, language: str, *, stack: str = "default") -> Scan:
    """What a piece of code does that it should not; `safe` means that nothing is of high severity.

    Args:
        code: a whole file or a part that can stand alone
        language: one of `LANGUAGES`
        stack: whose libraries are expected; others are findings of low severity

    Raises:
        InvalidInput: the language or the stack is unknown.
        TooLarge: the code has more than `LARGEST` bytes.
        NotConfigured: JavaScript needs a parser, which the extra `studio` installs.
    """
    known = LANGUAGES.get(language.strip().lower())
    if known is None:
        raise InvalidInput(f"{language!r} cannot be scanned; there are {', '.join(LANGUAGES)}")
    if stack not in STACKS[known]:
        names = ", ".join(STACKS[known])
        raise InvalidInput(f"there is no stack {stack!r} for {known}; there are {names}")
    size = len(code.encode("utf-8", "surrogatepass"))
    if size > LARGEST:
        raise TooLarge(f"the code has {size} bytes; at most {LARGEST} are scanned, so split it")
    allowed = STACKS[known][stack]
    read = scan_python if known == "python" else scan_javascript
    found = sorted(set(read(code, allowed)), key=lambda each: (each.line, each.column, each.rule))
    # Where there are too many, those that matter stay.
    kept = sorted(found, key=lambda each: _RANK[each.severity])[:MOST]
    safe = not any(each.severity == "high" for each in found)
    shown = sorted(kept, key=lambda each: (each.line, each.column, each.rule))
    return Scan(safe=safe, language=known, findings=shown)
