"""What a run may use, and how it went."""

import math
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Self

from menon.engine.sandbox.settings import SandboxSettings


class Tier(StrEnum):
    """How strongly a run is confined."""

    T2 = "T2"
    """bubblewrap around everything of T1."""
    T1 = "T1"
    """Another user where we are root, limits, Landlock and a filter of system calls."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one run may use; see `SandboxSettings` for the meaning."""

    seconds: float
    memory_mb: int
    processes: int
    open_files: int
    file_mb: int
    disk_mb: int
    output_bytes: int
    result_mb: int
    cpu_seconds: int | None = None
    """Of one process; as long as the run if None."""
    disk_files: int = 20_000

    @classmethod
    def of(cls, settings: SandboxSettings) -> Self:
        """The limits of runs that name none."""
        return cls(**{name: getattr(settings, name) for name in _NAMES})

    def fields(self) -> dict[str, float]:
        """As the launcher wants them: seconds and bytes."""
        told = asdict(self)
        for name in ("memory", "file", "disk", "result"):
            told[f"{name}_bytes"] = told.pop(f"{name}_mb") << 20
        told["cpu_seconds"] = self.cpu_seconds or math.ceil(self.seconds)
        return told


_NAMES = (
    *("seconds", "memory_mb", "processes", "open_files"),
    *("file_mb", "disk_mb", "output_bytes", "result_mb"),
)


@dataclass(frozen=True, kw_only=True)
class Written:
    """A file that the run made or changed."""

    name: str
    """Its path below the working directory."""
    size: int
    content: bytes | None
    """None where it was larger than what may be read back."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a run went."""

    exit: int
    """The status; minus the signal where one ended it, 127 where the program was not found."""
    stdout: str
    stderr: str
    left_out: int
    """Bytes of output and errors that are left out in their middle, where a note stands."""
    killed_by: str
    """The limit that ended it: time, cpu, memory, processes, disk or file size; or nothing."""
    seconds: float
    cpu_seconds: float
    tier: Tier
    loopback: bool
    """It had a network of its own, in which its processes could reach each other."""
    files: tuple[Written, ...]
    """New and changed ones, by name."""
    more_files: int
    """How many there are besides."""

    @property
    def ok(self) -> bool:
        """It ended by itself and was content."""
        return self.exit == 0 and not self.killed_by

    @property
    def timed_out(self) -> bool:
        return self.killed_by == "time"
