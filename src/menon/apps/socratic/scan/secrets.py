"""Secrets that stand in code: by the name they are given, or by their own form."""

import re
from typing import Final

from menon.apps.socratic.scan.finding import Rule

_NAME: Final = re.compile(
    r"(?:^|[_\-.])(?:password|passwd|passphrase|pwd|secret|secret_?key|api_?key|apikey|access_?key"
    r"|private_?key|client_?secret|(?:auth|access|refresh|api|bearer)_?token|token)$",
    re.IGNORECASE,
)
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_FORM: Final = re.compile(
    r"AKIA[0-9A-Z]{16}"
    r"|gh[pousr]_[A-Za-z0-9]{36}"
    r"|github_pat_[A-Za-z0-9_]{40}"
    r"|sk-(?:ant-|proj-)?[A-Za-z0-9_\-]{24}"
    r"|sk_live_[A-Za-z0-9]{20}"
    r"|xox[abprs]-[A-Za-z0-9\-]{20}"
    r"|AIza[0-9A-Za-z_\-]{35}"
    r"|eyJ[A-Za-z0-9_\-]{10,}\.eyJ[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{10}"
    r"|-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"
)
_ADDRESS: Final = re.compile(r"\b[a-z][a-z0-9+]{1,20}://[^/\s:@]+:([^/\s:@]{3,})@", re.IGNORECASE)
_PLACEHOLDER: Final = re.compile(
    r"[<{$%*].*|.*[>}]|x+|\.+|(?:change|replace|your|example|dummy|test|none|null|todo).*|.*\s.*"
    r"|/.*|https?://.*|(?:password|secret|token|bearer|string)",
    re.IGNORECASE,
)
_SHORTEST: Final = 6

NAMED: Final = Rule(
    "hardcoded-secret",
    "medium",
    "A secret stands in the code; read it from the environment or a vault.",
)
FORMED: Final = Rule(
    "known-secret",
    "high",
    "A key or token of a known form stands in the code; revoke it and read it from a vault.",
)


def of_value(value: str) -> Rule | None:
    """The rule that a text breaks by its own form."""
    head = value[:20_000]
    if _FORM.search(head):
        return FORMED
    address = _ADDRESS.search(head)
    return NAMED if address and not _PLACEHOLDER.fullmatch(address[1]) else None


def of_name(name: str, value: str) -> Rule | None:
    """The rule that a text breaks by the name that it is given."""
    snaked = _CAMEL.sub("_", name[-200:])
    if not _NAME.search(snaked) or not _SHORTEST <= len(value) <= 500:
        return None
    plain = value.casefold() == name.casefold() or _PLACEHOLDER.fullmatch(value)
    return None if plain else NAMED
