"""What the server asks the launcher to do; of the kinds that `marshal` knows."""

from __future__ import annotations

DEVICES = tuple(f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom"))
"""All that a program gets of `/dev`."""


class Plan:
    """One run."""

    command: list[str]
    environ: dict[str, str]
    files: list[tuple[str, bytes]]
    """Paths below the working directory, and contents."""
    read: list[str]
    """Files and folders that may be read and executed; no path leads through a link."""
    links: list[tuple[str, str]]
    """Links on the way to those, and where they point."""
    walls: str
    """`bwrap`: we are inside already; `own`: make namespaces here; `none`: without."""
    box: str
    """The folder in which all of it lies that may be written."""
    uid: int
    """Whom to become; 0 stays who we are."""
    loopback: bool
    """Let it open sockets, where it has a network of its own."""

    seconds: float
    cpu_seconds: int
    memory_bytes: int
    processes: int
    open_files: int
    file_bytes: int
    disk_bytes: int
    disk_files: int
    output_bytes: int
    result_bytes: int

    def __init__(self, **fields: object) -> None:
        vars(self).update(fields)

    @property
    def work(self) -> str:
        """Where the program starts, and what is read back."""
        return f"{self.box}/work"

    @property
    def temporary(self) -> str:
        """Where its temporary files go: inside walls the box is `/tmp`."""
        return self.box if self.walled else f"{self.box}/tmp"  # noqa: S108 - our own

    @property
    def walled(self) -> bool:
        """It has namespaces of its own, and the box is a file system."""
        return self.walls != "none"
