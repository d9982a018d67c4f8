"""The forms of tools, and how they become what services take."""

import json
from collections.abc import Mapping
from typing import Annotated, Any, cast

from pydantic import Field

from menon.core.errors import InvalidInput
from menon.core.http import Wire
from menon.engine.tools.tool import Effect
from menon.features.agents.models import Visibility
from menon.features.agents.tools.import_schemas import ImportIn
from menon.features.agents.tools.schemas import (
    EnableIn,
    InvokeIn,
    Method,
    Timeout,
    ToolDetail,
    ToolIn,
    ToolName,
    ToolPatch,
)
from menon.features.integrations.sealed_schemas import SecretName, SecretValue

JsonText = Annotated[str, Field(max_length=100_000)]


class ToolForm(Wire):
    """The fields of a declared tool; schemas and headers are written as JSON."""

    name: ToolName
    description: Annotated[str, Field(min_length=1, max_length=4000)]
    method: Method = "GET"
    url: Annotated[str, Field(min_length=1, max_length=4000)]
    effect: Effect | None = None
    timeout: Timeout = 20.0
    visibility: Visibility = Visibility.PRIVATE
    input_schema: JsonText = "{}"
    arguments: JsonText = "{}"
    headers: JsonText = "{}"
    output_schema: JsonText = ""
    secret_name: SecretName | None = None
    secret: SecretValue | None = None

    def new(self) -> ToolIn:
        """A new tool."""
        return ToolIn.model_validate(self._values() | {"name": self.name})

    def patch(self) -> ToolPatch:
        """A change of a known one."""
        return ToolPatch.model_validate(self._values())

    def _values(self) -> dict[str, Any]:
        named = self.secret_name is not None and self.secret is not None
        return {
            "description": self.description,
            "method": self.method,
            "url": self.url,
            "effect": self.effect,
            "timeout": self.timeout,
            "visibility": self.visibility,
            "input_schema": parsed("input_schema", self.input_schema),
            "arguments": parsed("arguments", self.arguments),
            "headers": parsed("headers", self.headers),
            "output_schema": parsed("output_schema", self.output_schema) or None,
            "secrets": {self.secret_name: self.secret} if named else {},
        }

    @staticmethod
    def of(tool: ToolDetail | None) -> dict[str, Any]:
        """The values that the form shows at first."""
        definition = tool.definition if tool else None
        if tool is None or definition is None:
            blank = ToolForm.model_construct(name="", description="", url="https://")
            schema: dict[str, Any] = {"type": "object", "properties": {}, "required": []}
            return blank.model_dump() | {"input_schema": written(schema)}
        shown = definition.model_dump(by_alias=True, mode="json")
        return {
            "name": tool.name,
            "description": tool.description,
            "method": definition.method,
            "url": definition.url,
            "effect": tool.effect.value,
            "timeout": definition.timeout,
            "visibility": definition.visibility.value,
            "input_schema": written(tool.input_schema),
            "arguments": written(shown["arguments"]),
            "headers": written(shown["headers"]),
            "output_schema": written(tool.output_schema) if tool.output_schema else "",
            "secret_name": "",
        }


class ImportForm(Wire):
    """The fields of an import; without chosen operations it only looks."""

    url: Annotated[str | None, Field(max_length=2000)] = None
    document: Annotated[str | None, Field(max_length=900_000)] = None
    q: Annotated[str, Field(max_length=200)] = ""
    prefix: Annotated[str, Field(pattern=r"^[a-zA-Z][a-zA-Z0-9-]{0,29}$")]
    server: Annotated[str, Field(max_length=2000)] = ""
    header: Annotated[str, Field(max_length=100)] = "Authorization"
    secret: SecretValue | None = None
    operations: list[str] = Field(default=[], max_length=1000)

    def taken(self) -> ImportIn:
        """What is imported."""
        sealed: dict[str, Any] = {}
        if self.secret is not None:
            prefix = "Bearer " if self.header.lower() == "authorization" else ""
            reference = {"secret": "key", "prefix": prefix}
            sealed = {"headers": {self.header: reference}, "secrets": {"key": self.secret}}
        names = {"prefix": self.prefix, "server": self.server, "operations": self.operations}
        return ImportIn.model_validate(self.source() | names | sealed)

    def source(self) -> dict[str, Any]:
        """The document: its address counts where both are given."""
        return {"url": self.url} if self.url else {"document": self.document or ""}


class EnableForm(Wire):
    """Tools to switch on after a review."""

    names: list[ToolName] = Field(min_length=1, max_length=200)

    def wanted(self) -> EnableIn:
        """What is switched on."""
        return EnableIn(names=self.names)


class TryForm(Wire):
    """A call from the page."""

    args: JsonText = "{}"

    def call(self) -> InvokeIn:
        """The call."""
        return InvokeIn(args=parsed("args", self.args))


def parsed(field: str, text: str) -> dict[str, Any]:
    """The object that a field says in JSON; nothing is an empty one.

    Raises:
        InvalidInput: it is something else.
    """
    try:
        found: Any = json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError) as error:
        detail = f"This is no JSON: {str(error)[:100]}"
        raise InvalidInput(detail, errors=[{"pointer": f"/{field}", "detail": detail}]) from error
    if not isinstance(found, dict):
        detail = "This is a JSON object: { ... }"
        raise InvalidInput(detail, errors=[{"pointer": f"/{field}", "detail": detail}])
    return cast("dict[str, Any]", found)


def written(value: Mapping[str, Any]) -> str:
    """JSON for people."""
    return json.dumps(value, ensure_ascii=False, indent=2)
