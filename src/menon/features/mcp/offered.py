"""What a tool for MCP clients is: a typed function with the right that it needs, under `@offer`."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal, get_type_hints

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from menon.core.auth import Action, Principal
from menon.core.runtime import Runtime

Decision = Literal["approve", "deny"]


@dataclass(frozen=True, kw_only=True)
class Replies:
    """What a client brings back with a call that was answered by questions before."""

    state: str
    """What the earlier answer had it keep."""
    decisions: Mapping[str, Decision]
    """By the id of the approval; those that nobody decided are left out."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """The world of one call: all that the model behind the client does not choose."""

    runtime: Runtime
    who: Principal
    base_url: str
    """Where the pages are, for people who follow a link."""
    report: Callable[[str], Awaitable[None]]
    """Tells of progress."""
    can_ask: bool = False
    """Whether a person sits at the client, who can be asked."""
    replies: Replies | None = None

    def answered(self, replies: Replies) -> "Call":
        """The same call, come again with what a person said."""
        return replace(self, replies=replies)


@dataclass(frozen=True, kw_only=True)
class Question:
    """Something that a person has to decide before the call goes on."""

    approval_id: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Questions:
    """An answer that asks; the call comes again with what was said."""

    questions: tuple[Question, ...]
    state: str


Answered = BaseModel | Questions


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A tool as clients and the list of rights see it."""

    name: str
    title: str
    description: str
    action: Action
    takes: type[BaseModel]
    gives: type[BaseModel]
    function: Callable[[Call, Any], Awaitable[Answered]]
    reads: bool = True
    """It changes nothing."""
    destroys: bool = False
    """It may end or replace something."""
    shown: Callable[[Any], str] = field(default=lambda given: given.model_dump_json())
    """What a model reads of the answer."""

    @cached_property
    def input_schema(self) -> dict[str, Any]:
        return schema(self.takes)

    @cached_property
    def output_schema(self) -> dict[str, Any]:
        return schema(self.gives)


def offer(
    action: Action,
    title: str,
    *,
    reads: bool = True,
    destroys: bool = False,
    shown: Callable[[Any], str] | None = None,
) -> Callable[[Callable[[Call, Any], Awaitable[Answered]]], Offer]:
    """Make an `Offer` of an async function `(call, args)`; its docstring is the description."""

    def make(written: Callable[[Call, Any], Awaitable[Answered]]) -> Offer:
        hints = get_type_hints(written)
        more: dict[str, Any] = {} if shown is None else {"shown": shown}
        return Offer(
            name=written.__name__,
            title=title,
            description=" ".join((inspect.getdoc(written) or "").split()),
            action=action,
            takes=hints["args"],
            gives=_model_of(hints["return"]),
            function=written,
            reads=reads,
            destroys=destroys,
            **more,
        )

    return make


def _model_of(hint: Any) -> type[BaseModel]:
    """What is given when nothing is asked."""
    kinds = getattr(hint, "__args__", (hint,))
    return next(kind for kind in kinds if kind is not Questions)


class _Plain(GenerateJsonSchema):
    """Schemas without titles: clients send all of it to their models, and names say the same."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        del schema
        return False

    def model_schema(self, schema: Any) -> dict[str, Any]:
        found = super().model_schema(schema)
        return {key: found[key] for key in found if key not in {"title", "description"}}


def schema(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema (2020-12) of a model."""
    return model.model_json_schema(schema_generator=_Plain, mode="validation")
