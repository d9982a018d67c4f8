"""What lives as long as the process: built once at start, handed down, never looked up globally."""

from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from menon.core.db import Database
from menon.core.settings import Settings
from menon.kit.clock import Clock

T = TypeVar("T")


@dataclass(kw_only=True)
class Runtime:
    """The process's settings, database, clock, and the parts that features opened."""

    settings: Settings
    db: Database
    clock: Clock
    _parts: dict[type, Any] = field(default_factory=dict[type, Any])

    def put(self, part: object) -> None:
        """Keep a part under its class; only `entry` does this, while it starts the process."""
        self._parts[type(part)] = part

    def __getitem__(self, kind: type[T]) -> T:
        """The part of this class, such as `runtime[RunLog]`."""
        return cast("T", self._parts[kind])

    def get(self, kind: type[T]) -> T | None:
        """The part of this class, or None where it is not installed."""
        return cast("T | None", self._parts.get(kind))
