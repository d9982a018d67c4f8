"""Schemathesis over the proxy: which operations answer as their document says."""

import time
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


def examine(proxy: Any, ticket: dict[str, Any], until: float) -> dict[str, Any]:
    """Operations that were checked, failures by operation and check, errors, and how it ended."""
    config: SchemathesisConfig = cast("Any", SchemathesisConfig).from_dict(_config(ticket))
    schema = schemathesis.openapi.from_asgi(ticket["document"], proxy, config=config)
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


def _config(ticket: dict[str, Any]) -> dict[str, Any]:
    checks: dict[str, Any] = {"enabled": False}
    checks |= {name: {"enabled": True} for name in _CHECKS}
    return {
        "seed": ticket["seed"],
        "workers": 1,
        "checks": checks,
        "generation": {
            "max-examples": ticket["examples"],
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
