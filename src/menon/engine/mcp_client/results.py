"""What an MCP tool answered, as plain data."""

from dataclasses import dataclass
from typing import Any, Final, cast

from menon.kit.text import clean

TEXT: Final = 1_048_576
"""Characters of an answer."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A result; `value` is structured where the server gave structure."""

    ok: bool
    value: Any


def answer_of(result: Any) -> Answer:
    """The answer in a `CallToolResult`."""
    structured = result.structured_content
    if structured is not None and not result.is_error:
        return Answer(ok=True, value=structured)
    text = clean("\n\n".join(filter(None, map(_text, cast("list[Any]", result.content)))))
    if len(text) > TEXT:
        text = f"{text[:TEXT]}\n[cut: {len(text)} characters in all]"
    return Answer(ok=not result.is_error, value=text)


def _text(content: Any) -> str:
    """A piece of content as text; what is none is named."""
    match content.type:
        case "text":
            return str(content.text)
        case "image" | "audio":
            return f"[{content.type}, {content.mime_type}, {len(content.data) * 3 // 4} bytes]"
        case "resource":
            inner = content.resource
            said = getattr(inner, "text", None)
            return str(said) if said is not None else f"[a file at {inner.uri}]"
        case "resource_link":
            return f"[{content.name} at {content.uri}]"
        case other:
            return f"[{other}]"
