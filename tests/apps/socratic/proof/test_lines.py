"""Lines that code notes itself are those that a tracer sees."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

_RUN: Final = """
import importlib, json, sys
from pathlib import Path
from menon.apps.socratic.proof.inside.lines import Lines, measured

sys.path.insert(0, ".")
paths = ["part/__init__.py", "part/code.py", "part/never.py"]
if sys.argv[1] == "noted":
    lines = Lines(map(Path, paths))
    lines.start()
    importlib.import_module("part.code").run()
    lines.stop()
    found = measured(lines.ran(), paths)
else:
    from coverage import Coverage
    include = [str(Path(path).resolve()) for path in paths]
    coverage = Coverage(data_file=None, config_file=False, include=include)
    coverage.start()
    importlib.import_module("part.code").run()
    coverage.stop()
    found = {}
    for path in paths:
        _, statements, _, missing, _ = coverage.analysis2(str(Path(path).resolve()))
        found[path] = {"statements": len(statements), "missing": missing}
print(json.dumps(found))
"""
_CODE: Final = '''"""Of everything something."""
from __future__ import annotations

import asyncio
import functools
from contextlib import suppress


class Thing:
    """With a docstring alone."""


class Other(Thing):
    number: int = 1
    text = """over
    two lines"""

    @property
    @functools.cache
    def value(self) -> int:
        """What it is."""
        return self.number

    def never(self):
        return (
            1
            + 2
        )


def matched(value):
    match value:
        case 1:
            return "one"
        case [2, *_]:
            return "list"
        case _:
            return "other"


def caught(number):
    try:
        return 1 / number
    except TypeError:
        return "type"
    except ZeroDivisionError:
        number += 1
    else:
        number = -1
    finally:
        number += 1
    return number


async def later():
    async with asyncio.timeout(1):
        await asyncio.sleep(0)
    return [n async for n in counted()]


async def counted():
    yield 1


def looped(most):
    total = 0
    for n in range(most):
        if n == 1:
            continue
        elif n == 3:
            break
        else:
            total += n
    else:
        total = -1
    while total < 0:
        total += 1
    return lambda: (
        total
    )


def run():
    Other().value
    matched([2])
    caught(0)
    with suppress(ValueError), suppress(KeyError):
        raise ValueError
    asyncio.run(later())
    looped(5)(); looped(1)
    if False:
        pass
'''


def _found(folder: Path, how: str) -> dict[str, Any]:
    words = [sys.executable, "-B", "-c", _RUN, how]
    environ = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run(words, cwd=folder, env=environ, check=True, capture_output=True, text=True)
    return json.loads(ran.stdout)


@pytest.mark.parametrize("first", ["", '"""A package."""\n'])
def test_it_sees_what_a_tracer_sees(tmp_path: Path, first: str) -> None:
    (tmp_path / "part").mkdir()
    for name, text in {"__init__": first, "code": _CODE, "never": "a = 1\n"}.items():
        (tmp_path / "part" / f"{name}.py").write_text(text, encoding="utf-8")
    noted = _found(tmp_path, "noted")
    assert noted["part/never.py"] == {"statements": 1, "missing": [1]}
    assert noted["part/code.py"]["missing"]
    assert noted == _found(tmp_path, "traced")


def test_code_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "part").mkdir()
    for name, text in {"__init__": "", "code": "def run(): ...\n", "never": "a ="}.items():
        (tmp_path / "part" / f"{name}.py").write_text(text, encoding="utf-8")
    assert _found(tmp_path, "noted")["part/never.py"]["missing"] == [1]
