"""Scanning code for what it should not do: a snippet, or all files of a codebase."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import insert
from sqlalchemy.orm import Session

from menon.apps.socratic.aside import aside
from menon.apps.socratic.codebases import rows as codebase_rows
from menon.apps.socratic.codebases.models import ScanFinding
from menon.apps.socratic.codebases.schemas import (
    FindingOut,
    ScanIn,
    ScanOut,
    SecurityScanOut,
)
from menon.apps.socratic.scan import Finding, scan
from menon.apps.socratic.scan.finding import FOREIGN
from menon.core.auth import Principal
from menon.core.runtime import Runtime
from menon.kit.ids import new_id

TOOL: Final = "scan"
_LANGUAGES: Final = {".py": "python", ".js": "javascript", ".mjs": "javascript"}
_MOST: Final = 2_000


@dataclass(frozen=True, kw_only=True)
class Located:
    """A finding and the file in which it stands."""

    path: str
    finding: Finding


async def snippet(_runtime: Runtime, _who: Principal, body: ScanIn) -> ScanOut:
    """What a piece of code should not do."""
    found = await aside(partial(scan, body.code, body.language))
    return ScanOut(
        safe=found.safe,
        language=body.language,
        findings=[_out(Located(path="", finding=one)) for one in found.findings],
    )


def of_tree(tree: Mapping[str, bytes]) -> list[Located]:
    """What the files of a codebase should not do; pure, and slow for large ones."""
    located: list[Located] = []
    own = _own_packages(tree)
    for path, body in tree.items():
        language = _language(path)
        if language is None:
            continue
        found = scan(body.decode(errors="replace"), language)
        located += [
            Located(path=path, finding=one) for one in found.findings if not _is_own(one, own)
        ]
    return located[:_MOST]


def keep(session: Session, codebase_id: str, found: Sequence[Located], now: datetime) -> None:
    """Write what a scan found in place of what it found before."""
    codebase_rows.forget_results(session, codebase_id, (TOOL,))
    rows = [
        {
            "id": new_id(),
            "codebase_id": codebase_id,
            "tool": TOOL,
            "rule": one.finding.rule[:80],
            "severity": one.finding.severity,
            "path": one.path,
            "line": one.finding.line,
            "text": one.finding.text,
            "found_at": now,
        }
        for one in found
    ]
    if rows:
        session.execute(insert(ScanFinding), rows)


def shown(codebase_id: str, tree: Mapping[str, bytes], found: Sequence[Located]) -> SecurityScanOut:
    """A scan as it goes over the wire."""
    counted = Counter(one.finding.severity for one in found)
    return SecurityScanOut(
        codebase_id=codebase_id,
        safe=not counted["high"],
        files_scanned=sum(1 for path in tree if _language(path)),
        by_severity=dict(counted),
        findings=[_out(one) for one in found],
    )


def _language(path: str) -> str | None:
    return next((name for end, name in _LANGUAGES.items() if path.endswith(end)), None)


def _own_packages(tree: Mapping[str, bytes]) -> frozenset[str]:
    """The top-level names that the codebase itself defines."""
    return frozenset(
        path.split("/")[0].removesuffix(".py") for path in tree if path.endswith(".py")
    )


def _is_own(one: Finding, own: frozenset[str]) -> bool:
    """Whether a finding is that the codebase imports a package of its own."""
    return one.rule == FOREIGN.rule and any(f"`{name}`" in one.text for name in own)


def _out(one: Located) -> FindingOut:
    return FindingOut(
        rule=one.finding.rule,
        severity=one.finding.severity,
        path=one.path,
        line=one.finding.line,
        text=one.finding.text,
        tool=TOOL,
    )
