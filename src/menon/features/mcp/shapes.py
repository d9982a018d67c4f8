"""Ours in the shapes of the protocol, and back: pure."""

from collections.abc import Mapping
from typing import Any

import mcp_types as types
from mcp.shared.exceptions import MCPError
from pydantic import BaseModel, ValidationError

from menon.core.errors import InvalidInput, MenonError
from menon.core.http.unstorable import UNSTORABLE
from menon.features.chat.schemas import TemplateOut
from menon.features.mcp import resources, rules
from menon.features.mcp.offered import Decision, Offer, Questions, Replies
from menon.features.mcp.resources import TEXT, Listed
from menon.features.mcp.schemas import Answer, Found
from menon.kit.text import storable_json

FORM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "decision": {
            "type": "string",
            "title": "Decision",
            "description": "Approve exactly this, once, or deny it.",
            "enum": ["approve", "deny"],
        }
    },
    "required": ["decision"],
}


TEMPLATES = [
    types.ResourceTemplate(
        uri_template=uri, name=name, title=title, description=description, mime_type=media_type
    )
    for uri, name, title, description, media_type in resources.TEMPLATES
]


def tool(offer: Offer) -> types.Tool:
    """A tool in the list."""
    return types.Tool(
        name=offer.name,
        title=offer.title,
        description=offer.description,
        input_schema=offer.input_schema,
        output_schema=offer.output_schema,
        annotations=types.ToolAnnotations(
            read_only_hint=offer.reads,
            destructive_hint=offer.destroys,
            open_world_hint=False,
        ),
    )


def arguments(offer: Offer, given: Mapping[str, Any] | None) -> BaseModel:
    """What a tool was called with.

    Raises:
        InvalidInput: it does not fit; the model is told what to change.
    """
    if storable_json(given) != given:
        raise InvalidInput(f"One of the arguments {UNSTORABLE}; take it out.")
    try:
        return offer.takes.model_validate(given or {})
    except ValidationError as error:
        wrong = [
            f"{'.'.join(map(str, e['loc'])) or 'arguments'}: {e['msg']}" for e in error.errors()
        ]
        raise InvalidInput(f"The arguments do not fit: {'; '.join(wrong[:5])}") from error


def result(offer: Offer, answered: BaseModel) -> types.CallToolResult:
    """What a tool gave: text for models that read nothing else, links to what it rests on, data."""
    failed = isinstance(answered, Answer) and answered.error is not None
    return types.CallToolResult(
        content=[types.TextContent(text=offer.shown(answered)), *_links(answered)],
        structured_content=answered.model_dump(mode="json"),
        is_error=failed,
    )


def refused(error: MenonError) -> types.CallToolResult:
    """Why a tool gave nothing, for the model to act on."""
    return types.CallToolResult(
        content=[types.TextContent(text=f"{error.code}: {error.detail}")], is_error=True
    )


def protocol_error(error: MenonError) -> MCPError:
    """The same where the protocol has no place for it in a result."""
    server = error.status >= 500
    code = types.INTERNAL_ERROR if server else types.INVALID_PARAMS
    return MCPError(code, f"{error.code}: {error.detail}", {"code": error.code})


def required(asked: Questions) -> types.InputRequiredResult:
    """What a person is asked, in the revision whose calls come again."""
    return types.InputRequiredResult(
        input_requests={
            each.approval_id: types.ElicitRequest(
                params=types.ElicitRequestFormParams(message=each.message, requested_schema=FORM)
            )
            for each in asked.questions
        },
        request_state=asked.state,
    )


def replies(state: str, said: Mapping[str, Any]) -> Replies:
    """What a client brought back, by approval; what a person closed is left out."""
    decisions: dict[str, Decision] = {}
    for key, value in said.items():
        if isinstance(value, types.ElicitResult) and (found := decision(value)) is not None:
            decisions[key] = found
    return Replies(state=state, decisions=decisions)


def decision(said: types.ElicitResult) -> Decision | None:
    """What a person decided: a form that says anything else than `approve` approves nothing."""
    match said.action:
        case "accept":
            return "approve" if (said.content or {}).get("decision") == "approve" else "deny"
        case "decline":
            return "deny"
        case "cancel":
            return None


def resource(listed: Listed) -> types.Resource:
    """A resource in the list."""
    modified = listed.modified.isoformat() if listed.modified else None
    return types.Resource(
        uri=listed.uri,
        name=listed.name,
        title=listed.title,
        description=listed.description,
        mime_type=listed.media_type,
        annotations=types.Annotations(last_modified=modified),
    )


def prompt(template: TemplateOut, open_: list[str]) -> types.Prompt:
    """A prompt in the list."""
    return types.Prompt(
        name=template.id,
        title=template.title,
        description=template.prompt,
        arguments=[types.PromptArgument(name=each, required=True) for each in open_],
    )


def _links(answered: BaseModel) -> list[types.ContentBlock]:
    """Links to the documents behind an answer or a search, each once."""
    found = {
        each.document_id: each.title
        for each in (
            answered.citations
            if isinstance(answered, Answer)
            else answered.passages
            if isinstance(answered, Found)
            else []
        )
    }
    return [
        types.ResourceLink(
            uri=rules.document_uri(key), name=key, title=title or None, mime_type=TEXT
        )
        for key, title in found.items()
    ]
