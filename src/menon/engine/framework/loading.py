"""Reads the agents of a Python file or module that the operator has named.

This runs what stands there: a path never comes from a request, a database or an import.
"""

import importlib
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from menon.core.settings import SettingsError
from menon.engine.framework.agent import Agent
from menon.engine.framework.orchestrator import Orchestrator
from menon.kit.loading import LOADING

_FILE = "menon_app_"
"""Before the name of a file's module, so that it hides no library of that name."""


class BadApp(SettingsError):
    """The file or module cannot be served; says what to do."""


def load(app: str) -> tuple[Agent[Any], ...]:
    """The agents of `my_agents.py`, `my_agents.py:name` or `package.module:name`.

    A name may stand for an agent, a team, an orchestrator, or several of them; without one, all
    that the module has are meant.

    Raises:
        BadApp: there is no such file, it fails, or it has no agents.
    """
    where, _, name = app.partition(":")
    with LOADING:
        module = _module(where)
    if name and not hasattr(module, name):
        raise BadApp(f"{where!r} has no {name!r}; name an agent that stands there.")
    found = tuple(
        dict.fromkeys(_agents(getattr(module, name) if name else list(vars(module).values())))
    )
    if not found:
        raise BadApp(f"There are no agents in {app!r}; make one with `menon.Agent(...)`.")
    ids = [agent.id for agent in found]
    twice = sorted({each for each in ids if ids.count(each) > 1})
    if twice:
        raise BadApp(f"Two agents of {app!r} are called {twice[0]!r}; give one another name.")
    return found


def folder(app: str) -> Path:
    """Where the app's code lies: what is watched while it is being written."""
    where = Path(app.partition(":")[0])
    return where.resolve().parent if where.suffix == ".py" else Path.cwd()


def _module(where: str) -> ModuleType:
    try:
        if where.endswith(".py"):
            return _file(Path(where))
        _reachable(Path.cwd())
        return importlib.import_module(where)
    except BadApp:
        raise
    except Exception as error:
        # Anything may go wrong in a file that somebody is just writing.
        raise BadApp(f"{where!r} cannot be loaded: {type(error).__name__}: {error}") from error


def _file(path: Path) -> ModuleType:
    place = path.resolve()
    if not place.is_file():
        raise BadApp(f"There is no file {str(path)!r}.")
    name = _FILE + place.stem
    known = sys.modules.get(name)
    if known is not None and known.__file__ == str(place):
        return known
    spec = importlib.util.spec_from_file_location(name, place)
    if spec is None or spec.loader is None:
        raise BadApp(f"{str(path)!r} is no Python file.")
    module = importlib.util.module_from_spec(spec)
    _reachable(place.parent)  # it may import what lies beside it
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _reachable(folder: Path) -> None:
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


def _agents(found: object) -> Iterator[Agent[Any]]:
    """The agents that an object is or holds."""
    if isinstance(found, Agent):
        yield cast("Agent[Any]", found)
    elif isinstance(found, Orchestrator):
        yield from found
    elif isinstance(found, list | tuple):
        for each in cast("Sequence[object]", found):
            yield from _agents(each)
