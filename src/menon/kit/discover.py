"""Finding parts: a scan of folders for an exported name, and entry points of other packages."""

import importlib
import importlib.util
import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


@cache
def modules(
    package: str, name: str | None = None, *, only: str | None = None
) -> tuple[ModuleType, ...]:
    """Import the package's direct modules, in order of their names; a folder is read once.

    Args:
        package: a dotted package.
        name: look for this submodule inside each direct subpackage too (`features.x.feature`).
        only: leave out direct modules of other names; they are not imported.
    """
    return tuple(_modules(package, name, only))


def _modules(package: str, name: str | None, only: str | None) -> Iterator[ModuleType]:
    root = importlib.import_module(package)
    for found in sorted(pkgutil.iter_modules(root.__path__), key=lambda m: m.name):
        path = f"{package}.{found.name}"
        if not found.ispkg:
            if only is None or found.name == only:
                yield importlib.import_module(path)
        elif name is not None:
            folder = importlib.util.find_spec(path)
            places = folder.submodule_search_locations if folder else None
            if any(m.name == name for m in pkgutil.iter_modules(places)):
                yield importlib.import_module(f"{path}.{name}")


def exported(package: str, name: str, kind: type[T], *, inside: str | None = None) -> Iterator[T]:
    """The objects called `name` of type `kind` that the package's modules export."""
    for module in modules(package, inside):
        value = vars(module).get(name)
        if isinstance(value, kind):
            yield value


def installed(group: str, kind: type[T]) -> Iterator[T]:
    """The objects of type `kind` that installed packages offer under an entry-point group."""
    for point in _points(group):
        value = point.load()
        if isinstance(value, kind):
            yield value


@cache
def _points(group: str) -> tuple[EntryPoint, ...]:
    # The metadata of each package is read for it, which takes 12 ms.
    return tuple(sorted(entry_points(group=group), key=lambda p: p.name))
