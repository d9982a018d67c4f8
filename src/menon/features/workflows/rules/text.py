"""A definition as people write it: its JSON text, and the line on which each part of it stands."""

import bisect
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, cast

from pydantic import ValidationError

from menon.engine.steps.step import Step
from menon.features.workflows.rules.check import check
from menon.features.workflows.schemas import BodyIn, InputIn, StepIn

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """What is wrong with a text, and the line to look at, from 1."""

    line: int
    detail: str


@dataclass(frozen=True, kw_only=True)
class Read:
    """What a text says; `steps` are there whenever they can be drawn, sound or not."""

    body: BodyIn | None
    steps: Mapping[str, Any]
    wrong: tuple[Wrong, ...]


def written(body: Mapping[str, Any]) -> str:
    """A stored definition as text, without what it would say anyway."""
    parts = BodyIn.model_validate(body).model_dump(mode="json", exclude_defaults=True)
    inputs = {name: _brief(InputIn, value) for name, value in body["inputs"].items()}
    steps = {key: _brief(StepIn, {**step, "id": ""}) for key, step in body["steps"].items()}
    first = {"inputs": inputs} if inputs else {}
    rest = {name: value for name, value in parts.items() if name not in {"inputs", "steps"}}
    return json.dumps({**first, "steps": steps, **rest}, ensure_ascii=False, indent=2)


def read_text(text: str, kinds: Mapping[str, Step]) -> Read:
    """What a text says, with everything that is wrong with it and where."""
    try:
        raw: object = json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        return _unread(error.lineno, f"This is not JSON: {error.msg}, column {error.colno}.")
    except (ValueError, RecursionError) as error:
        return _unread(1, f"This is not JSON: {error}.")
    if not isinstance(raw, dict):
        return _unread(1, "A definition is an object with its `steps`.")
    place = lines(text)
    try:
        body = BodyIn.model_validate(raw)
    except ValidationError as error:
        wrong = [("".join(f"/{part}" for part in one["loc"]), one["msg"]) for one in error.errors()]
        sound = tuple(
            Wrong(
                line=line_of(place, pointer), detail=f"{pointer[1:].replace('/', ', ')}: {detail}."
            )
            for pointer, detail in wrong
        )
        return Read(body=None, steps={}, wrong=sound)
    found = check(body.body(), kinds)
    wrong = tuple(Wrong(line=line_of(place, f.pointer), detail=_sentence(f.detail)) for f in found)
    return Read(body=body, steps=body.body()["steps"], wrong=wrong)


def lines(text: str) -> dict[str, int]:
    """The line, from 1, on which each value of a sound JSON text begins, by its pointer."""
    ends = [match.start() for match in re.finditer("\n", text)]
    found = {"": 1}
    stack: list[_Open] = []
    for match in _TOKEN.finditer(text):
        piece, line = match[0], bisect.bisect_left(ends, match.start()) + 1
        top = stack[-1] if stack else None
        if piece == ":":
            continue
        if piece in {"}", "]"}:
            stack.pop()
        elif piece == ",":
            cast("_Open", top).next()
        elif top is not None and top.name is None:
            top.name = json.loads(piece)
            found[top.pointer] = line
        else:
            pointer = top.pointer if top else ""
            found.setdefault(pointer, line)
            if piece in {"{", "["}:
                stack.append(_Open(pointer, None if piece == "{" else 0))
    return found


def line_of(place: Mapping[str, int], pointer: str) -> int:
    """The line of a part, or of what it would stand in."""
    while pointer and pointer not in place:
        pointer = pointer.rpartition("/")[0]
    return place.get(pointer, 1)


@dataclass(slots=True)
class _Open:
    """An object or a list that is not closed yet, at one of its members."""

    above: str
    name: str | int | None
    """Of the member; None before an object's key."""

    @property
    def pointer(self) -> str:
        return f"{self.above}/{self.name}"

    def next(self) -> None:
        self.name = self.name + 1 if isinstance(self.name, int) else None


def _brief(shape: type[StepIn | InputIn], value: Mapping[str, Any]) -> dict[str, Any]:
    return shape.model_validate(value).model_dump(mode="json", exclude_defaults=True)


def _unread(line: int, detail: str) -> Read:
    return Read(body=None, steps={}, wrong=(Wrong(line=line, detail=detail),))


def _sentence(detail: str) -> str:
    return f"{detail[:1].upper()}{detail[1:]}" + ("" if detail.endswith(".") else ".")


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
