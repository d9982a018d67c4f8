"""The application's own document: readable, and honest about errors."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

import msgspec

from menon.apps.socratic.proof.gates.reading import (
    FINDINGS,
    Reading,
    Report,
    clean,
    failed,
    gate,
    shaped,
)
from menon.apps.socratic.proof.model import Finding

NAME: Final = "openapi"
_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
_INPUT = frozenset({"400", "422", "4XX", "default"})
_ABSENT = frozenset({"404", "4XX", "default"})
_STRANGER = frozenset({"401", "403", "4XX", "default"})
_DEEPEST = 100

Json = Mapping[str, Any]


class _Report(msgspec.Struct):
    document: Any = None
    problem: str = ""


def read(report: Report) -> Reading:
    """A finding for each operation that hides how it fails, and for each broken reference."""
    found = shaped(report, _Report)
    if found.document is None:
        return failed(NAME, f"There is no document: {found.problem or 'nothing was answered'}.")
    document = _object(found.document)
    paths = _object(document.get("paths"))
    version = document.get("openapi")
    if not isinstance(version, str) or not version.startswith("3.") or not document.get("info"):
        return failed(NAME, "The document does not say that it is OpenAPI 3.")
    operations = list(_operations(paths))
    wrong = [
        *(
            _finding(rule, text, where)
            for where, path, operation in operations
            for rule, text in _faults(path, operation, document)
        ),
        *_twice(operations),
        *(_finding("reference", f"{one!r} leads nowhere", "") for one in _dangling(document)),
    ]
    told = f"{len(operations)} operations; {len(wrong)} faults."
    return Reading(
        gate=gate(NAME, told, ok=bool(operations) and not wrong), findings=tuple(wrong[:FINDINGS])
    )


def _operations(paths: Json) -> Iterator[tuple[str, str, Json]]:
    for path, item in paths.items():
        for method, operation in _object(item).items():
            if method in _METHODS:
                shared = _list(_object(item).get("parameters"))
                own = _list(_object(operation).get("parameters"))
                whole = {**_object(operation), "parameters": [*shared, *own]}
                yield f"{method.upper()} {path}", path, whole


def _faults(path: str, operation: Json, document: Json) -> Iterator[tuple[str, str]]:
    """What an operation does not say of its answers."""
    answers = _object(operation.get("responses"))
    says = set(answers)
    if not any(code.startswith(("2", "3")) or code == "default" for code in says):
        yield "success", "it names no success"
    if (operation.get("parameters") or operation.get("requestBody")) and not says & _INPUT:
        yield "input-error", "it takes input, and does not say how bad input is answered (422)"
    if "{" in path and not says & _ABSENT:
        yield "not-found", "it has a parameter in its path, and does not say 404"
    secured = operation.get("security", document.get("security"))
    if secured and {} not in _list(secured) and not says & _STRANGER:
        yield "unauthenticated", "it wants somebody signed in, and does not say 401"
    for code, answer in answers.items():
        if code.startswith(("4", "5")) and not _has_shape(_object(answer), document):
            yield "error-shape", f"its {code} has no schema"


def _has_shape(answer: Json, document: Json) -> bool:
    reference = answer.get("$ref")
    if isinstance(reference, str):
        answer = _object(_resolved(document, reference))
    kinds = _object(answer.get("content"))
    return any(_object(kind).get("schema") is not None for kind in kinds.values())


def _twice(operations: list[tuple[str, str, Json]]) -> Iterator[Finding]:
    names = Counter(str(operation.get("operationId")) for _, _, operation in operations)
    for name, count in names.items():
        if count > 1 and name != "None":
            yield _finding("operation-id", f"{count} operations are called {name!r}", "")


def _dangling(document: Json) -> list[str]:
    """References inside the document that lead nowhere."""
    found: set[str] = set()
    waiting: list[tuple[Any, int]] = [(document, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > _DEEPEST:
            continue
        if isinstance(value, list):
            waiting += [(one, depth + 1) for one in cast("list[Any]", value)]
        elif isinstance(value, dict):
            inner = cast("dict[str, Any]", value)
            waiting += [(one, depth + 1) for one in inner.values()]
            reference = inner.get("$ref")
            if isinstance(reference, str) and _resolved(document, reference) is None:
                found.add(reference)
    return sorted(found)


def _resolved(document: Json, reference: str) -> Any:
    """What a reference means; None where it leads nowhere or out of the document."""
    if not reference.startswith("#/"):
        return None
    at: Any = document
    for part in reference[2:].split("/"):
        at = _object(at).get(part.replace("~1", "/").replace("~0", "~"))
    return at


def _finding(rule: str, text: str, where: str) -> Finding:
    told = f"{where}: {text}." if where else f"{text}."
    return Finding(gate=NAME, rule=rule, severity="medium", text=clean(told))


def _object(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []
