"""What a model may be told of a function: every type that JSON Schema has, and a reason else."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Annotated, Any, Literal, NotRequired, Required, TypedDict

import msgspec
import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel, Field

from menon.engine.tools.shape import Misfit, shape_of
from menon.engine.tools.tool import Tool, ToolContext, ToolRetry, tool

CONTEXT = ToolContext(run="r")


class Mood(Enum):
    CALM = "calm"
    LOUD = "loud"


class Guest(BaseModel):
    name: str
    title: str | None = None


@dataclass
class Booking:
    guest: Guest
    days: list[date]
    mood: Mood = Mood.CALM


class Extras(TypedDict, total=False):
    breakfast: Required[Annotated[bool, "whether"]]
    notes: NotRequired[list[str]]


class Receipt(TypedDict):
    price: float
    extras: Extras | None


@tool(effect="write")
def book(
    schema: Booking,
    extras: list[Extras] | None = None,
    size: Annotated[int, Field(ge=1, le=9)] = 2,
    where: Literal["sea", 3] = "sea",
    span: tuple[int, str] = (1, "day"),
    copy: Any = socket.AF_INET,
) -> Receipt:
    """Book.

    Args:
        schema: what is booked.
    """
    assert isinstance(schema, Booking)
    assert isinstance(schema.guest, Guest)
    return {"price": float(size * len(schema.days)), "extras": extras[0] if extras else None}


GIVEN: dict[str, Any] = {
    "schema": {"guest": {"name": "Bo"}, "days": ["2026-01-02"], "mood": "loud"}
}


def test_input_and_output_are_valid_json_schema_2020_12() -> None:
    assert book.output_schema is not None
    assert _valid(book.schema, GIVEN | {"extras": [{"breakfast": True}], "span": [2, "week"]})
    assert not _valid(book.schema, GIVEN | {"size": 10})
    assert not _valid(book.schema, GIVEN | {"other": 1})
    assert book.schema["required"] == ["schema"]
    assert book.schema["properties"]["span"]["default"] == [1, "day"]
    assert book.schema["properties"]["schema"]["description"] == "what is booked."
    assert _valid(book.output_schema, {"price": 1.5, "extras": None})


def _valid(schema: Mapping[str, Any], value: Any) -> bool:
    validator: Any = Draft202012Validator(dict(schema))
    validator.check_schema(dict(schema))
    return validator.is_valid(value)


async def test_values_come_in_as_python_and_go_out_as_json() -> None:
    answer = await book.call(CONTEXT, GIVEN | {"extras": [{"breakfast": True}], "size": "3"})
    assert answer == {"price": 3.0, "extras": {"breakfast": True}}


async def test_a_fault_says_where() -> None:
    wrong: dict[str, Any] = {"schema": {"guest": {}, "days": "x"}, "size": 0}
    with pytest.raises(ToolRetry, match=r"schema.guest.name: .*; schema.days: .*; size: "):
        await book.call(CONTEXT, wrong)
    with pytest.raises(ToolRetry, match="and 2 more"):
        await book.call(CONTEXT, GIVEN | {f"k{n}": n for n in range(10)})


async def test_a_function_that_is_not_async_runs_in_a_thread_and_holds_up_nobody() -> None:
    other = threading.Event()

    @tool
    def slow() -> bool:
        return other.wait(30) and threading.current_thread() is not threading.main_thread()

    call = asyncio.ensure_future(slow.call(CONTEXT, {}))
    await asyncio.sleep(0)
    other.set()
    assert await call is True


async def test_the_context_may_stand_first_and_be_left_out() -> None:
    @tool
    def with_it(context: ToolContext, word: str) -> str:
        return context.run + word

    @tool
    async def without(word: str) -> str:
        return word

    assert await with_it.call(CONTEXT, {"word": "x"}) == "rx"
    assert await without.call(CONTEXT, {"word": "x"}) == "x"
    assert with_it.schema == without.schema
    assert with_it(CONTEXT, "y") == "ry"


async def test_methods_and_callable_objects_are_functions_too() -> None:
    class Shop:
        def __init__(self, price: int) -> None:
            self._price = price

        def price(self, count: int) -> int:
            return self._price * count

        async def __call__(self, count: int) -> int:
            return self._price * count

    shop = Shop(7)
    assert await tool(shop.price).call(CONTEXT, {"count": 2}) == 14
    assert await tool(name="shop", description="Prices.")(shop).call(CONTEXT, {"count": 3}) == 21


async def test_a_result_of_no_declared_type_becomes_json_as_well_as_may_be() -> None:
    @tool
    def loose():
        return {"guest": Guest(name="Bo"), "on": date(2026, 1, 2), 3: socket.AF_INET, "o": object}

    assert loose.output_schema is None
    answer = await loose.call(CONTEXT, {})
    assert answer["guest"] == {"name": "Bo", "title": None}
    assert (answer["on"], answer["3"]) == ("2026-01-02", int(socket.AF_INET))


async def test_a_result_that_is_not_what_the_function_says_is_its_mistake() -> None:
    @tool
    def liar() -> list[int]:
        return {"no": "list"}  # pyright: ignore[reportReturnType] - the lie under test

    with pytest.raises(TypeError, match="'liar' returned something else than it says"):
        await liar.call(CONTEXT, {})


async def test_a_struct_is_a_result_as_it_is() -> None:
    class Found(msgspec.Struct):
        count: int

    @tool
    async def find() -> Found:
        return Found(count=3)

    assert await find.call(CONTEXT, {}) == Found(count=3)
    assert find.output_schema
    assert shape_of(Found).read({"count": "3"}) == Found(count=3)
    with pytest.raises(Misfit, match="count"):
        shape_of(Found).read({})


async def test_a_tool_in_a_thread_cannot_end_the_process() -> None:
    @tool
    def leave() -> None:
        raise SystemExit(1)

    with pytest.raises(RuntimeError, match="SystemExit"):
        await leave.call(CONTEXT, {})


def _takes(kind: Any) -> Callable[..., None]:
    def g(x: Any) -> None:
        """Do."""

    g.__annotations__["x"] = kind
    return g


def _returns(kind: Any) -> Callable[..., Any]:
    def g() -> Any:
        """Do."""

    g.__annotations__["return"] = kind
    return g


def _stars(*numbers: int) -> None:
    """Do."""


def _words(**words: int) -> None:
    """Do."""


def _first(number: int, /) -> None:
    """Do."""


def _yields() -> Iterator[int]:
    yield 1


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (_takes(socket.socket), r"argument 'x' of the tool 'g' .* socket cannot be described"),
        (_takes(list[socket.socket]), r"argument 'x' .* list\[socket.socket\] cannot be described"),
        (_takes(Callable[[], int]), "argument 'x' .* no JSON Schema"),
        (_takes("Missing"), "cannot be read: name 'Missing' is not defined"),
        (_returns(socket.socket), "result of the tool 'g' .* Use a dataclass"),
        (_stars, r"takes \*numbers: int; models fill named arguments only"),
        (_words, r"takes \*\*words: int"),
        (_first, "takes number: int"),
        (_yields, "yields; a tool returns one value"),
        (lambda: 1, "'<lambda>' cannot be the name of a tool"),
    ],
)
def test_what_cannot_be_told_to_a_model_is_refused_when_the_tool_is_made(
    written: Callable[..., Any], why: str
) -> None:
    with pytest.raises(TypeError, match=why):
        tool(written)


def test_an_unknown_effect_is_refused() -> None:
    with pytest.raises(ValueError, match="destroy"):
        tool(effect="destroy")(_returns(str))  # pyright: ignore[reportArgumentType, reportCallIssue] - as above


async def test_a_tool_made_by_hand_takes_its_arguments_as_they_come() -> None:
    async def echo(context: ToolContext, **words: Any) -> Any:
        return words

    made = Tool(name="echo", description="", schema={}, effect=book.effect, function=echo)
    assert await made.call(CONTEXT, {"a": 1}) == {"a": 1}
    assert made.output_schema is None
