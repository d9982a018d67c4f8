"""Schemathesis over the proxy: which operations answer as their document says."""

import time
from collections.abc import Iterator
from typing import Any, cast

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

_CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
"""What the document promises; how strict an application is with bad input is its own affair."""
_MESSAGE = 1_000
_LEAST, _MOST = 16, 64
"""Requests for an operation, however many or few there are."""
_CHANCES = 4
_SPARSE = 10


def examine(proxy: Any, ticket: dict[str, Any], operations: int, until: float) -> dict[str, Any]:
    """Operations that were checked, failures by operation and check, errors, and how it ended."""
    edges, examples = _shares(ticket["requests"], operations)
    config: SchemathesisConfig = cast("Any", SchemathesisConfig).from_dict(
        _config(ticket["seed"], examples)
    )
    schema = schemathesis.openapi.from_asgi(ticket["document"], proxy, config=config)
    _limit(schema, edges)
    found: dict[str, Any] = {"operations": {}, "failures": [], "errors": [], "finished": False}
    seen: set[tuple[str, str]] = set()
    stream = from_schema(schema).execute()
    for event in stream:
        if isinstance(event, events.ScenarioFinished):
            cases = found["operations"].get(event.recorder.label, 0)
            found["operations"][event.recorder.label] = cases + len(event.recorder.cases)
            _note(event.recorder, found["failures"], seen)
        elif isinstance(event, events.NonFatalError):
            found["errors"].append(f"{event.label}: {event.info.message}"[:_MESSAGE])
        elif isinstance(event, events.FatalError):
            found["errors"].append(repr(event.exception)[:_MESSAGE])
        elif isinstance(event, events.EngineFinished):
            found["finished"] = True
        if proxy.gone:
            break
        if time.monotonic() > until:
            found["late"] = True
            break
    return found


def _shares(requests: int, operations: int) -> tuple[int, int]:
    """For each operation: how many requests at the edges of its schema, and how many by chance.

    A request takes some 5 ms; a list with many filters has more than 400 edges.
    """
    share = min(_MOST, max(_LEAST, requests // max(1, operations)))
    return share * 4 // 5, max(_CHANCES, share // 8)


def _limit(schema: Any, most: int) -> None:
    """Take the first edges of each operation, and later ones here and there, until it is enough.

    A list with many filters has hundreds; to make one costs as much as to ask it.
    """
    every = schema.iter_coverage_cases

    def some(operation: Any, **options: Any) -> Iterator[Any]:
        taken = 0
        for seen, case in enumerate(every(operation, **options)):
            if taken < most // 2 or seen % _SPARSE == 0:
                taken += 1
                yield case
            if taken == most:
                return

    schema.iter_coverage_cases = some


def _config(seed: int, examples: int) -> dict[str, Any]:
    checks: dict[str, Any] = {"enabled": False}
    checks |= {name: {"enabled": True} for name in _CHECKS}
    return {
        "seed": seed,
        "workers": 1,
        "checks": checks,
        "generation": {
            "max-examples": examples,
            "deterministic": True,
            "database": "none",
            "no-shrink": True,
        },
        "phases": {"stateful": {"enabled": False}},
    }


def _note(recorder: Any, failures: list[dict[str, str]], seen: set[tuple[str, str]]) -> None:
    """One failure for each operation and check is enough to mend it."""
    for case_id, checks in recorder.checks.items():
        for check in checks:
            failed = check.failure_info
            key = (recorder.label, check.name)
            if failed is None or key in seen:
                continue
            seen.add(key)
            failure = failed.failure
            failures.append(
                {
                    "operation": recorder.label,
                    "check": check.name,
                    "message": f"{failure.title}: {failure.message}"[:_MESSAGE],
                    "request": str(failed.code_sample)[:_MESSAGE],
                    "case": case_id,
                }
            )
