"""Putting the features' commands under `menon`, and opening a runtime for one command."""

import contextlib
from collections.abc import AsyncGenerator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

import typer

from menon.kit.discover import modules

if TYPE_CHECKING:
    from menon.core.runtime import Runtime


def attach(app: typer.Typer) -> None:
    """Add what a `cli.py` of a feature or an app exports: `apps` are groups, `commands` alone."""
    found = (modules(package, "cli", only="cli") for package in ("menon.features", "menon.apps"))
    for module in chain.from_iterable(found):
        for name, group in vars(module).get("apps", {}).items():
            app.add_typer(group, name=name)
        for name, command in vars(module).get("commands", {}).items():
            app.command(name)(command)


@contextlib.asynccontextmanager
async def opening(*, only: Sequence[str] = ()) -> AsyncGenerator["Runtime"]:
    """A runtime for one command; with the named features, or with all."""
    from menon.entry.parts import features
    from menon.entry.runtime import open_runtime, read_settings

    chosen = [f for f in features() if not only or f.name in only]
    async with open_runtime(read_settings(), among=chosen, stays=False) as runtime:
        yield runtime


def refused() -> tuple[type[Exception], ...]:
    """What ends a command with one sentence instead of a traceback."""
    from menon.core.db.migrate import MigrationError
    from menon.core.settings import SettingsError

    return SettingsError, MigrationError
