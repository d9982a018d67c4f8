"""The arguments of an OpenAPI operation: parameters and body, as a model is asked for them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, cast

from menon.engine.tools.naming import safe
from menon.engine.tools.openapi_nodes import BadOperation, mapping, resolved, text
from menon.kit.text import shorten

Where = Literal["path", "query", "header", "body", "content"]

_ARGUMENT: Final = 60
_SENT_ANYWAY: Final = frozenset({"accept", "content-type", "authorization"})
"""Headers that OpenAPI itself leaves to the client."""


class Arguments:
    """Collects what a model is asked for; names that models do not take are replaced."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self._properties: dict[str, Any] = {}
        self._required: list[str] = []
        self._paths: dict[str, str] = {}
        self.places: dict[str, tuple[Where, str]] = {}

    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": self._properties,
            "required": self._required,
            "additionalProperties": False,
        }

    def renamed(self, path: str) -> str:
        """The path with the arguments called as models call them."""
        for name, argument in self._paths.items():
            path = path.replace(f"{{{name}}}", f"{{{argument}}}")
        return path

    def parameter(self, node: Mapping[str, Any]) -> None:
        name, where = text(node.get("name")), node.get("in")
        needed = node.get("required") is True
        if where == "header" and name.lower() in _SENT_ANYWAY:
            return
        if where not in {"path", "query", "header"} or not _usual(self._root, node):
            if needed:
                raise BadOperation(f"the parameter {name!r} cannot be sent ({where}, its style)")
            return
        schema: Any = node.get("schema", {})
        if "content" in node:
            kinds: list[Any] = [*mapping(node["content"]).values()]
            schema = mapping(kinds[0]).get("schema", {}) if kinds else {}
        argument = self._add(name, where, schema, needed=needed, about=node.get("description"))
        if where == "path":
            self._paths[name] = argument
            self.places[argument] = ("path", argument)

    def body(self, node: Mapping[str, Any]) -> None:
        content = mapping(node.get("content"))
        if not content:
            return
        kinds = [k for k in content if k.partition(";")[0].endswith("json") or k == "*/*"]
        needed = node.get("required") is True
        if not kinds:
            if needed:
                raise BadOperation(f"its body is {', '.join(content)}; only JSON is sent")
            return
        schema = mapping(content[kinds[0]]).get("schema", {})
        inner = resolved(self._root, schema)
        parts = mapping(inner.get("properties"))
        spread = (
            inner.get("type", "object") == "object"
            and parts
            and not inner.keys() & {"allOf", "anyOf", "oneOf", "not", "if"}
        )
        if not spread:
            self._add("body", "content", schema, needed=needed, about=node.get("description"))
            return
        required = cast("list[Any]", inner.get("required", [])) if needed else []
        for name, part in parts.items():
            if mapping(part).get("readOnly") is not True:
                self._add(name, "body", part, needed=name in required)

    def _add(self, name: str, where: Where, schema: Any, *, needed: bool, about: Any = None) -> str:
        argument = safe(name)[:_ARGUMENT] or "argument"
        if argument in self._properties:
            argument = f"{argument}_{where}"
        number = 2
        while argument in self._properties:
            argument, number = f"{argument}_{number}", number + 1
        said = text(about)
        given = mapping(schema)
        if said and given and "description" not in given:
            schema = {**given, "description": shorten(said, 500)}
        self._properties[argument] = schema
        self.places[argument] = (where, name)
        if needed:
            self._required.append(argument)
        return argument


def parameters(
    root: Mapping[str, Any], item: Mapping[str, Any], node: Mapping[str, Any]
) -> Sequence[Mapping[str, Any]]:
    """Those of the path and of the operation, whose own count more."""
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for listed in (item.get("parameters"), node.get("parameters")):
        for each in cast("list[Any]", listed) if isinstance(listed, list) else []:
            parameter = resolved(root, each)
            found[text(parameter.get("name")), str(parameter.get("in"))] = parameter
    return list(found.values())


def _usual(root: Mapping[str, Any], node: Mapping[str, Any]) -> bool:
    """Whether a parameter is written as we write it: lists repeated, no objects."""
    kind = resolved(root, node.get("schema")).get("type")
    if kind == "object" and "content" not in node:
        return False
    if node.get("in") != "query":
        return kind != "array" and node.get("style") in {None, "simple"}
    return node.get("style") in {None, "form"} and not (
        kind == "array" and node.get("explode") is False
    )
