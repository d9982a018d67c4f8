"""How a feature's commands reach a runtime, and how they print.

`entry/cli.py` puts an `Opening` on the context; a command does its work inside `run`. Nothing heavy
is imported here, since `--help` loads every feature's `cli.py`.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

import typer

if TYPE_CHECKING:
    from menon.core.runtime import Runtime

T = TypeVar("T")


class Opening(Protocol):
    """Opens a runtime with the named features, or with all of them."""

    def __call__(self, *, only: Sequence[str] = ()) -> "AbstractAsyncContextManager[Runtime]": ...


def run(
    context: typer.Context,
    work: "Callable[[Runtime], Awaitable[T]]",
    *,
    only: Sequence[str] = (),
) -> T:
    """Do the work in a runtime of its own; a refusal is printed and ends with status 1."""
    from menon.core.errors import MenonError

    opening = cast("Opening", context.obj)

    async def inside() -> T:
        async with opening(only=only) as runtime:
            return await work(runtime)

    try:
        return asyncio.run(inside())
    except MenonError as error:
        typer.echo(f"{error.code}: {error.detail}", err=True)
        raise typer.Exit(1) from error


def show(rows: Sequence[Mapping[str, Any]], *, columns: Sequence[str], as_json: bool) -> None:
    """Print rows as JSON or as aligned columns."""
    if as_json:
        typer.echo(json.dumps(list(rows), indent=2, ensure_ascii=False, default=str))
        return
    cells = [[_cell(row.get(column)) for column in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    for line in [[column.upper() for column in columns], *cells]:
        text = "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        typer.echo(text.rstrip())


def secret(prompt: str, *, from_stdin: bool) -> str:
    """A secret from the first line of standard input, or typed twice without being shown."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return cast("str", typer.prompt(prompt, hide_input=True, confirmation_prompt=True))


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, list):
        return ",".join(str(item) for item in cast("list[Any]", value))
    return str(value)
