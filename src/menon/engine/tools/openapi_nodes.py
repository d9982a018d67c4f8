"""Nodes of an OpenAPI document: whatever a stranger put there, read as what we expect."""

from collections.abc import Mapping
from typing import Any, cast

from menon.kit.text import clean


class BadOperation(ValueError):
    """This operation cannot be a tool."""


def resolved(root: Mapping[str, Any], node: Any) -> Mapping[str, Any]:
    """What a reference within the document points at.

    Raises:
        BadOperation: it points elsewhere, at nothing, or in a circle.
    """
    for _ in range(16):
        found = mapping(node)
        ref = found.get("$ref")
        if ref is None:
            return found
        if not isinstance(ref, str) or not ref.startswith("#/"):
            raise BadOperation(f"{str(ref)[:100]!r} lies outside of the document; not fetched")
        node = root
        for part in ref[2:].split("/"):
            node = mapping(node).get(part.replace("~1", "/").replace("~0", "~"))
        if node is None:
            raise BadOperation(f"{ref[:100]!r} points at nothing")
    raise BadOperation("its references go in a circle")


def mapping(value: Any) -> dict[str, Any]:
    """The object; an empty one where it is something else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def text(value: Any) -> str:
    """The text; empty where it is something else."""
    return clean(value).strip() if isinstance(value, str) else ""
