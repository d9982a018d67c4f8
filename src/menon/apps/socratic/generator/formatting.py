"""Formats a tree of files with ruff: its binary is called twice for the whole tree."""

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from menon.core.errors import NotConfigured

RULES: Final = ("F401", "I", "UP", "RET505")
"""Unused imports go, the others are sorted; so a template may import all that it could need."""

CONFIG: Final = (
    "line-length = 100",
    "target-version = 'py311'",
    "lint.isort.known-first-party = ['app', 'tests']",
)


def formatted(files: Mapping[str, str]) -> dict[str, bytes]:
    """The files as they are stored: Python formatted, lines ended, each file ended by a newline.

    Raises:
        NotConfigured: ruff is not installed.
    """
    code = {path: text for path, text in files.items() if path.endswith(".py")}
    found = {p: _ended(t).encode() for p, t in files.items() if p not in code}
    if code:
        found |= _by_ruff(code)
    return dict(sorted(found.items()))


def _by_ruff(code: Mapping[str, str]) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory(prefix="generator-") as folder:
        root = Path(folder)
        for path, text in code.items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
        shared = ["--isolated", "--no-cache", "--quiet"]
        for line in CONFIG:
            shared += ["--config", line]
        chosen = ["--select", ",".join(RULES), "--fix-only", "--unsafe-fixes"]
        _run(["check", *shared, *chosen, "."], root)
        _run(["format", *shared, "."], root)
        return {path: (root / path).read_bytes() for path in code}


def _run(arguments: list[str], folder: Path) -> None:
    try:
        from ruff import find_ruff_bin
    except ImportError as error:
        raise NotConfigured(
            "the generator needs ruff; install it with `pip install 'menon[studio]'`"
        ) from error
    # The binary comes from the installed package and its arguments from this file.
    result = subprocess.run(  # noqa: S603
        [find_ruff_bin(), *arguments], cwd=folder, capture_output=True, check=False, text=True
    )
    if result.returncode != 0:
        raise RuntimeError(f"ruff refused generated code: {result.stderr or result.stdout}")


def _ended(text: str) -> str:
    return text.rstrip("\n") + "\n" if text.strip() else ""
