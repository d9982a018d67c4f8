"""What an execution is given, held against what the workflow declares, and what it gives."""

from collections.abc import Mapping
from typing import Any, Final, cast

from menon.engine.steps.expressions import render
from menon.features.workflows.rules.check import Fault

_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "any": (object,),
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
}


def filled(body: Mapping[str, Any], given: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    """The input with the defaults of what is left out, and what is wrong with it."""
    declared = cast("Mapping[str, Mapping[str, Any]]", body.get("inputs") or {})
    if not declared:
        return dict(given), []
    faults = [
        Fault(
            f"/input/{name}", f"the workflow takes no input {name!r}; it takes {_names(declared)}"
        )
        for name in given
        if name not in declared
    ]
    whole = dict(given)
    for name, one in declared.items():
        if name in given:
            faults += _misfit(name, str(one.get("type", "any")), given[name])
        elif one.get("default") is not None or not one.get("required", True):
            whole[name] = one.get("default")
        else:
            faults.append(Fault(f"/input/{name}", f"the input {name!r} is missing{_about(one)}"))
    return whole, faults


def output(body: Mapping[str, Any], ends: Mapping[str, Any], scope: Mapping[str, Any]) -> Any:
    """What an execution gives: as its definition says, else what its last steps gave.

    Raises:
        ExpressionError: the definition reads what is not there.
    """
    template = body.get("output")
    return dict(ends) if template is None else render(template, scope)


def _misfit(name: str, kind: str, value: Any) -> list[Fault]:
    fits = isinstance(value, _TYPES.get(kind, (object,)))
    if fits and not (isinstance(value, bool) and kind in {"number", "integer"}):
        return []
    return [Fault(f"/input/{name}", f"the input {name!r} is to be of type {kind}")]


def _about(one: Mapping[str, Any]) -> str:
    text = str(one.get("description") or "")
    return f" ({text})" if text else ""


def _names(declared: Mapping[str, Any]) -> str:
    return ", ".join(map(repr, declared))
