"""Where each kind of part lives in each style: one map, so that one set of templates serves all."""

from collections.abc import Mapping
from typing import Final

from menon.apps.socratic.specification.model import Style

KINDS: Final = ("model", "schema", "rules", "repository", "service", "routes")
"""The parts that are made for each entity."""

LAYOUTS: Final[Mapping[Style, Mapping[str, str]]] = {
    Style.LAYERED: {
        "model": "app.models.{name}",
        "schema": "app.schemas.{name}",
        "rules": "app.rules.{name}",
        "repository": "app.repositories.{name}",
        "service": "app.services.{name}",
        "routes": "app.api.{name}",
    },
    Style.MVC: {
        "model": "app.models.{name}",
        "schema": "app.views.{name}",
        "rules": "app.policies.{name}",
        "repository": "app.queries.{name}",
        "service": "app.operations.{name}",
        "routes": "app.controllers.{name}",
    },
    Style.HEXAGONAL: {
        "model": "app.adapters.tables.{name}",
        "schema": "app.adapters.wire.{name}",
        "rules": "app.domain.{name}",
        "repository": "app.adapters.stores.{name}",
        "service": "app.application.{name}",
        "routes": "app.adapters.http.{name}",
    },
    Style.MODULAR: {
        "model": "app.modules.{name}.models",
        "schema": "app.modules.{name}.schemas",
        "rules": "app.modules.{name}.rules",
        "repository": "app.modules.{name}.repository",
        "service": "app.modules.{name}.service",
        "routes": "app.modules.{name}.routes",
    },
}

WHY: Final[Mapping[Style, str]] = {
    Style.LAYERED: "Routes call services, services call repositories, which know the tables.",
    Style.MVC: "Controllers answer requests, models hold the data, views say what is shown of it.",
    Style.HEXAGONAL: (
        "The domain and the application know no framework; adapters connect them to HTTP and SQL "
        "through the ports in `app/core/ports.py`."
    ),
    Style.MODULAR: "Each module holds all parts of one entity; others use its service and rules.",
}


_TESTS: Final = frozenset(
    {"acceptance", "accounts", "limits", "operations", "pages", "storage", "use_cases"}
)


def module(style: Style, kind: str, name: str) -> str:
    """The dotted name of a part's module."""
    return LAYOUTS[style][kind].format(name=name)


def file(dotted: str) -> str:
    """The path of a module in the tree."""
    return f"{dotted.replace('.', '/')}.py"


def tests_of(name: str) -> str:
    """The path of an entity's tests; an underscore keeps it apart from those of the whole."""
    return f"tests/test_{name}{'_' if name in _TESTS else ''}.py"


def packages(files: Mapping[str, object]) -> set[str]:
    """The `__init__.py` that the Python files under `app` need and do not have."""
    found: set[str] = set()
    for path in files:
        parts = path.split("/")[:-1]
        if path.endswith(".py") and parts and parts[0] == "app":
            found |= {"/".join([*parts[:n], "__init__.py"]) for n in range(1, len(parts) + 1)}
    return found - set(files)
