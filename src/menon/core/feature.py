"""The manifest by which a feature says what it contributes; found by scan or entry point."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from starlette.types import Scope as AsgiScope

from menon.core.auth import Action, Principal
from menon.core.events import Subscription
from menon.core.http import Routes
from menon.core.jobs import Job
from menon.core.runs.kinds import RunType
from menon.core.runtime import Runtime
from menon.core.settings import Section
from menon.core.web.frame import Command, FirstStep, FramePart

Opener = Callable[[Runtime], AbstractAsyncContextManager[object]]
"""Opens something that lives as long as the process; what it yields is kept under its class."""

Authenticator = Callable[[Runtime, AsgiScope], Awaitable[Principal]]
"""Resolves a connection's credential; never raises for a bad one, it says so in `refusal`."""


@dataclass(frozen=True, kw_only=True)
class NavEntry:
    """A place in the left rail; shown to those who may do `action`."""

    label: str
    href: str
    icon: str
    order: int
    action: Action = Action.READ
    also: tuple[str, ...] = ()
    """Further places whose pages belong to it."""


@dataclass(frozen=True, kw_only=True)
class Feature:
    """What a feature brings; everything but the name is optional."""

    name: str
    routes: tuple[Routes, ...] = ()
    pages: tuple[Routes, ...] = ()
    settings: tuple[type[Section], ...] = ()
    opens: tuple[Opener, ...] = ()
    """Opened in order at start and closed in reverse."""
    tools: tuple[Any, ...] = ()
    """`engine.tools.Tool` objects that agents may be granted."""
    agents: tuple[Any, ...] = ()
    """`engine.agents.spec.AgentSpec` objects: agents whose actions are code."""
    jobs: tuple[Job, ...] = ()
    """Durable actions; a job keeps its name for as long as runs of it may be stored."""
    subscriptions: tuple[Subscription[Any], ...] = ()
    """What the feature does when something happened elsewhere."""
    run_kinds: tuple[RunType, ...] = ()
    """What it does about the runs of its kinds."""
    nav: tuple[NavEntry, ...] = ()
    offers: tuple[tuple[str, str, Action], ...] = ()
    """What it answers inside of a route of another protocol: the wire, the operation, its right."""
    frame: Callable[[Runtime, Principal], Awaitable[FramePart]] | None = None
    """What it adds to the frame of every page: the engine badge, counts, commands."""
    steps: Callable[[Runtime, Principal], Awaitable[Sequence[FirstStep]]] | None = None
    """What the start page proposes to somebody new."""
    find: Callable[[Runtime, Principal, str], Awaitable[Sequence[Command]]] | None = None
    """What of its own the command palette finds by words; a few, the best first."""
    startable: Callable[[Runtime, Principal], Awaitable[Sequence[tuple[str, str]]]] | None = None
    """What somebody may let a message from outside start: its id and its name."""
    authenticator: Authenticator | None = None
    export: Callable[[Runtime, str], Awaitable[Mapping[str, Any]]] | None = None
    """Everything that the feature holds about a user id."""
    erase: Callable[[Runtime, str], Awaitable[int]] | None = None
    """Forget a user id; answers how many rows went."""


@dataclass(frozen=True)
class Installed:
    """The features that this process runs, those that others rest on first."""

    features: tuple[Feature, ...]
