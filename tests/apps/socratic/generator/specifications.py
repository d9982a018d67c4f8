"""Small specifications that the tests of the generator share."""

from pathlib import Path
from typing import Any, Final

from menon.apps.socratic.specification import Specification

FOLDER: Final = Path(__file__).parents[4] / "bench" / "socratic" / "specifications"


def made(*entities: dict[str, Any], **parts: Any) -> Specification:
    """A specification of these entities."""
    given = {"project": {"name": "Trial"}, "entities": list(entities), **parts}
    return Specification.model_validate(given)


def entity(name: str, *fields: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """An entity; without fields it has a name."""
    return {"name": name, "fields": list(fields) or [{"name": "name"}], **parts}


def stored(name: str) -> Specification:
    """One of those that the generator is measured with."""
    return Specification.model_validate_json((FOLDER / f"{name}.json").read_bytes())
