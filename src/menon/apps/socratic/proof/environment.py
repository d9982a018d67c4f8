"""The read-only environment in which generated projects run: made once, shared by all of them.

It stands in a folder named after what it is made of, so that other requirements or another Python
make another one, and what is there is never changed. It is made beside its place and moved there
at the end: a process that dies halfway leaves a temporary folder, which the next one takes away.
"""

import asyncio
import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from menon.core.errors import ExternalError, NotConfigured

REMEDY: Final = "menon studio prepare"
_DONE = "menon-requirements.txt"
"""Stands in an environment that is whole."""
_MAKING = ".making-"
_SECONDS = 900.0
_STALE_S = 3_600.0
"""Nobody still makes what is older."""
_LAST_WORDS = 800
_NAME = 16


@dataclass(frozen=True, kw_only=True)
class Environment:
    """A prepared environment."""

    path: Path
    """Of the virtual environment."""
    digest: str
    size: int
    """Bytes on disk."""
    made: bool
    """It was made just now."""


def digest(requirements: str) -> str:
    """A name for what an environment is made of: requirements, Python, machine.

    Comments, blank lines and their order do not change it.
    """
    lines = (line.partition(" #")[0].strip() for line in requirements.splitlines())
    wanted = sorted(line for line in lines if line and not line.startswith("#"))
    python = f"{sys.implementation.cache_tag} {sys.base_prefix} {os.uname().machine}"
    return hashlib.sha256("\n".join([python, *wanted]).encode()).hexdigest()[:_NAME]


def find(folder: Path, requirements: str) -> Environment:
    """The environment that was prepared for these requirements.

    Args:
        folder: where environments are kept.
        requirements: as pip reads them.

    Raises:
        NotConfigured: there is none.
    """
    name = digest(requirements)
    path = folder / name
    if not _whole(path):
        raise NotConfigured(
            "Generated projects cannot be tested yet, since their environment is not prepared;"
            f" run `{REMEDY}` once, which needs the package index."
        )
    return Environment(path=path, digest=name, size=_size(path), made=False)


async def prepare(folder: Path, requirements: str) -> Environment:
    """Make the environment for these requirements, or answer the one that is there.

    Any number of processes may do so at once. It takes a minute and the package index the first
    time, and nothing afterwards.

    Args:
        folder: where environments are kept; is made.
        requirements: as pip reads them.

    Raises:
        ExternalError: it cannot be made; the message says why and what to do.
    """
    return await asyncio.to_thread(_prepare, folder, requirements)


def _prepare(folder: Path, requirements: str) -> Environment:
    try:
        return find(folder, requirements)
    except NotConfigured:
        pass
    name = digest(requirements)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        making = Path(tempfile.mkdtemp(prefix=f"{_MAKING}{name}-", dir=folder))
    except OSError as error:
        raise ExternalError(
            f"The environment cannot be kept in {str(folder)!r}: {error.strerror};"
            f" choose a folder that can be written, then run `{REMEDY}`."
        ) from error
    try:
        _make(making / "environment", requirements, making / _DONE)
        _move(making / "environment", folder / name)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return Environment(path=folder / name, digest=name, size=_size(folder / name), made=True)


def _make(path: Path, requirements: str, listed: Path) -> None:
    """A virtual environment with the requirements and their bytecode in it.

    Raises:
        ExternalError: a command failed.
    """
    listed.write_text(requirements, encoding="utf-8")
    python = str(path / "bin" / "python")
    base = str(_interpreter())
    uv = shutil.which("uv")
    if uv:
        _run([uv, "venv", "--quiet", "--no-project", "--python", base, str(path)])
        install = [uv, "pip", "install", "--quiet", "--python", python, "--compile-bytecode"]
        # Copies: what is shown to strangers is not the cache that others install from.
        _run([*install, "--link-mode", "copy", "--requirements", str(listed)])
    else:
        _run([base, "-m", "venv", str(path)])
        _run([python, "-m", "pip", "install", "--quiet", "--requirement", str(listed)])
    shutil.copy(listed, path / _DONE)


def _interpreter() -> Path:
    """The server's own, without the environment that holds the server."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    found = Path(sys.base_prefix) / "bin" / version
    return found if found.exists() else Path(sys.executable).resolve()


def _run(command: list[str]) -> None:
    environ = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            command, capture_output=True, timeout=_SECONDS, check=False, env=environ
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ExternalError(_told(str(error))) from error
    if done.returncode:
        raise ExternalError(_told((done.stderr or done.stdout).decode(errors="replace")))


def _told(why: str) -> str:
    return (
        f"The environment of generated projects cannot be made: {why.strip()[-_LAST_WORDS:]}\n"
        f"See that the package index can be reached and the disk has 300 MB, then run `{REMEDY}`."
    )


def _move(made: Path, place: Path) -> None:
    """Put it in its place, unless another process was faster."""
    if place.exists() and not _whole(place):
        shutil.rmtree(place, ignore_errors=True)
    try:
        made.rename(place)
    except OSError as error:
        if not _whole(place):
            raise ExternalError(_told(f"{str(place)!r}: {error.strerror}")) from error


def _whole(path: Path) -> bool:
    return (path / _DONE).is_file() and (path / "bin" / "python").exists()


def _sweep(folder: Path) -> None:
    """Take away what dead processes left."""
    for left in folder.glob(f"{_MAKING}*"):
        with contextlib.suppress(FileNotFoundError):  # another process was faster
            if time.time() - left.stat().st_mtime > _STALE_S:
                shutil.rmtree(left, ignore_errors=True)


def _size(path: Path) -> int:
    """Bytes of its files; links are not followed."""
    total = 0
    for above, _, names in os.walk(path):
        for name in names:
            total += (Path(above) / name).lstat().st_size
    return total
