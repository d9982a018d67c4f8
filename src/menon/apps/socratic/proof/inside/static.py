"""Read the project's code with ruff and bandit; nothing of it is imported."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, cast

_RUFF = ("-m", "ruff", "check", "--no-cache", "--output-format", "json", "--exit-zero")
_ERRORS = 2_000


def run(ticket: dict[str, Any]) -> dict[str, Any]:
    """What each tool says, as it says it. The ticket says `seconds` and `sources`."""
    until = time.monotonic() + ticket["seconds"]
    there = [name for name in ticket["sources"] if Path(name).is_file()]
    commands = {
        "ruff": (*_RUFF, "."),
        # Isolated, and deaf to `noqa`: a comment does not make a function simple.
        "complexity": (
            *_RUFF,
            "--isolated",
            "--ignore-noqa",
            "--select=C901",
            "--config=lint.mccabe.max-complexity=0",
            *there,
        ),
        # Deaf to `nosec` too: who writes the code does not excuse it.
        "bandit": ("-m", "bandit", "--quiet", "--ignore-nosec", "--format=json", "--", *there),
    }
    started = {name: _start(words) for name, words in commands.items()}
    return {name: _told(process, until) for name, process in started.items()}


def _start(words: tuple[str, ...]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-I", "-B", *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # noqa: S603


def _told(process: subprocess.Popen[bytes], until: float) -> dict[str, Any]:
    begun = time.monotonic()
    try:
        out, errors = process.communicate(timeout=max(0.1, until - begun))
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return {"problem": "it did not end in time"}
    seconds = time.monotonic() - begun
    try:
        said = json.loads(out)
    except ValueError:
        why = errors.decode(errors="replace").strip()[-_ERRORS:]
        return {"problem": why or f"it ended with {process.returncode} and no answer"}
    return {"said": _relative(said), "seconds": seconds}


def _relative(said: Any) -> Any:
    """With the paths of ruff as they stand in the tree."""
    if not isinstance(said, list):
        return said
    messages = cast("list[dict[str, Any]]", said)
    return [{**one, "filename": os.path.relpath(one["filename"])} for one in messages]
