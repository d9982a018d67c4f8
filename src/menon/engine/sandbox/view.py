"""What code inside may read: the system's programs, interpreters, and what the caller adds.

Everything keeps its path. Links on the way (`/lib` to `usr/lib`, or an interpreter behind the link
of its version) are made again where what is shown does not hold them already.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from menon.core.errors import SandboxUnavailable

INSIDE = Path(__file__).with_name("inside")
"""The launcher; bubblewrap starts it within."""

_SYSTEM = (
    *("/bin", "/lib", "/lib32", "/lib64", "/usr/bin", "/usr/lib", "/usr/lib32", "/usr/lib64"),
    *("/usr/share/zoneinfo", "/etc/alternatives", "/etc/ld.so.cache", "/etc/localtime"),
)
_LINKS = 40
"""On one way; as many as the kernel follows."""


@dataclass(frozen=True, kw_only=True)
class View:
    """Paths that lead through no link, the links beside them, and the program for `python`."""

    read: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    python: str


def launcher_python() -> Path:
    """The server's interpreter, without the environment that holds the server."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    found = Path(sys.base_prefix) / "bin" / version
    return found if found.exists() else Path(sys.executable).resolve()


@cache
def view(
    environment: Path | None, read_only: tuple[Path, ...], *, hidden: tuple[Path, ...] = ()
) -> View:
    """What is shown.

    Raises:
        SandboxUnavailable: it would show something of `hidden`, or a path does not exist.
    """
    own = launcher_python()
    python = environment / "bin" / "python" if environment else own
    extra = [python, *read_only] if environment else list(read_only)
    if missing := [str(path) for path in extra if not path.exists()]:
        raise SandboxUnavailable(f"There is no {', '.join(missing)} to show to generated code.")
    system = [Path(path) for path in _SYSTEM if Path(path).exists()]
    chosen = [*system, *_interpreter(own), *_interpreter(python), *read_only, INSIDE]
    for secret in hidden:
        _refuse_to_show(secret, chosen)
    links: dict[str, str] = {}
    resolved = {_resolve(path.absolute(), links) for path in chosen}
    read = tuple(sorted(path for path in resolved if not _below(path, resolved)))
    shown = {path: target for path, target in links.items() if not _below(path, read)}
    return View(read=read, links=tuple(sorted(shown.items())), python=str(python))


def _interpreter(python: Path) -> Iterator[Path]:
    """A program, its library, and its environment if it has one."""
    yield python
    if (python.parent.parent / "pyvenv.cfg").exists():
        yield python.parent.parent
    prefix = python.resolve().parent.parent
    yield from sorted(prefix.glob("lib/python3*"))
    yield from sorted(prefix.glob("lib/libpython3*"))


def _refuse_to_show(secret: Path, chosen: Iterable[Path]) -> None:
    place = secret.resolve()
    for path in chosen:
        if place.is_relative_to(path.resolve()):
            raise SandboxUnavailable(
                f"Generated code would see {str(secret)!r} in {str(path)!r};"
                " put the data into a folder outside of it."
            )


def _resolve(path: Path, links: dict[str, str]) -> str:
    """Where a path leads, noting each link on the way."""
    ahead, at = list(path.parts[1:]), "/"
    for _ in range(_LINKS * len(ahead) + _LINKS):
        if not ahead:
            break
        step = os.path.normpath(os.path.join(at, ahead.pop(0)))  # noqa: PTH118 - `..` of a link
        if os.path.islink(step):  # noqa: PTH114 - as the line above
            links[step] = os.readlink(step)  # noqa: PTH115 - as above
            target = Path(links[step])
            ahead = [*(target.parts[1:] if target.is_absolute() else target.parts), *ahead]
            at = "/" if target.is_absolute() else at
        else:
            at = step
    return at


def _below(path: str, folders: Iterable[str]) -> bool:
    return any(str(above) in folders for above in Path(path).parents)
