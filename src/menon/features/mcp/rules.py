"""How things look to MCP clients: names, links, lines of progress, answers as text. Pure."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from string import Formatter
from typing import Any

from pydantic import BaseModel

from menon.core.runs.events import (
    ApprovalRequired,
    Content,
    Event,
    Metadata,
    Progress,
    Retrying,
    ToolCall,
    ToolResult,
)
from menon.features.agents.rules import Answer as Folded
from menon.features.mcp.schemas import (
    Answer,
    Awaited,
    Cited,
    Conversation,
    DocumentText,
    Failure,
    Found,
    RunCard,
    RunReport,
)
from menon.features.runs.approval_schemas import ApprovalOut
from menon.features.runs.schemas import RunOut
from menon.kit.text import clean, shorten

AGENT_TOOL = "agent_"
_AGENT = re.compile(rf"{AGENT_TOOL}([a-z0-9][a-z0-9-]*)")
_LONGEST_NAME = 64
"""What model APIs allow of a tool's name."""
_ARGS = 4000
"""Characters of a call's arguments that a person is shown."""
_URI = re.compile(
    r"menon://(documents|collections|runs)/([^/?#]{1,200})(?:\?cursor=([^&#]{1,500}))?"
)


def same(model: type[BaseModel], row: BaseModel) -> dict[str, Any]:
    """The fields of a row that a model has under the same name."""
    return {name: getattr(row, name) for name in model.model_fields if hasattr(row, name)}


def agent_tool(slug: str) -> str | None:
    """The name of the tool that asks an agent; None where it would be too long."""
    name = AGENT_TOOL + slug
    return name if len(name) <= _LONGEST_NAME else None


def agent_of(tool: str) -> str | None:
    """The agent whom a tool of this name asks."""
    match = _AGENT.fullmatch(tool)
    return match[1] if match else None


def about_agent(name: str, description: str) -> str:
    """The description of an agent's own tool: what somebody wrote of it, as a quotation."""
    said = f" Its owner says of it: {shorten(description, 300)!r}" if description else ""
    return f"Ask the agent {shorten(name, 80)!r} of this server.{said}"


def document_uri(document_id: str) -> str:
    """The resource of a document."""
    return f"menon://documents/{document_id}"


def collection_uri(slug: str) -> str:
    """The resource of a collection."""
    return f"menon://collections/{slug}"


def resource(uri: str) -> tuple[str, str, str | None] | None:
    """Kind, name and cursor of a resource; None where the URI is none of ours."""
    match = _URI.fullmatch(clean(uri))
    return (match[1], match[2], match[3]) if match else None


def run_page(base_url: str, run_id: str) -> str:
    """Where a person sees a run, and decides what it waits for."""
    return f"{base_url}/runs/{run_id}"


def line(event: Event) -> str | None:  # noqa: PLR0911 - a sentence each
    """What a client that waits is told of an event; text is counted, not repeated."""
    match event:
        case Metadata():
            return f"{event.agent} answers with {event.model}"
        case ToolCall():
            return f"calls {event.name}"
        case ToolResult():
            return shorten(event.summary, 200) if event.ok else "the call failed"
        case Retrying():
            return shorten(event.cause, 200)
        case ApprovalRequired():
            return f"waits for an approval: {shorten(event.what, 200)}"
        case Progress():
            total = f" of {event.total}" if event.total is not None else ""
            return shorten(f"{event.done}{total} {event.note}", 200)
        case _:
            return None


def lines(batch: Sequence[Event], characters: int) -> Iterable[str]:
    """What a batch tells: its events, or how much of the answer is there by now."""
    told = [said for event in batch if (said := line(event)) is not None]
    if told or not any(isinstance(event, Content) for event in batch):
        return told
    return [f"{characters} characters so far"]


def answered(
    run_id: str, state: str, folded: Folded, asked: Sequence[ApprovalRequired], *, where: str
) -> Answer:
    """What an agent said, or what it waits for."""
    error = folded.error
    return Answer(
        run_id=run_id,
        state=state,
        answer=folded.text,
        citations=[Cited.model_validate(cited) for cited in folded.citations],
        model=folded.model,
        error=Failure(code=error.code, detail=error.detail) if error else None,
        approvals=[
            Awaited(approval_id=each.approval_id, what=each.what, expires_at=each.expires)
            for each in asked
        ],
        where=where if asked else "",
    )


def question(approval: ApprovalOut) -> str:
    """What a person is asked at their client."""
    with_what = json.dumps(approval.args, ensure_ascii=False, indent=2, default=str)
    shown = with_what if len(with_what) <= _ARGS else f"{with_what[:_ARGS]}\n[cut]"
    return f"{approval.what}.\n{approval.why}\n\n{approval.tool} with\n{shown}"


def run_card(run: RunOut) -> RunCard:
    """A run in a list."""
    return RunCard(run_id=run.id, **same(RunCard, run))


def run_report(run: RunOut, asked: Sequence[ApprovalOut], *, where: str) -> RunReport:
    """A run with what it made, and what it waits for."""
    return RunReport(
        run_id=run.id,
        **same(RunCard, run),
        **same(RunReport, run.progress),
        output=run.output,
        error=Failure.model_validate(run.error) if run.error else None,
        approvals=[
            Awaited(approval_id=each.id, what=each.what, expires_at=each.expires_at)
            for each in asked
        ],
        where=where,
    )


def shown_passages(found: Found) -> str:
    """The passages as a model reads them."""
    if not found.passages:
        return "Nothing was found."
    return "\n\n".join(
        f"[{n}] {each.title} ({each.source}; document_id {each.document_id})\n{each.text}"
        for n, each in enumerate(found.passages, 1)
    )


def shown_text(part: DocumentText) -> str:
    """A part of a document as a model reads it."""
    more = f"\n\n[go on with start={part.next_start}]" if part.next_start is not None else ""
    return f"{part.title} ({part.source})\n\n{part.text}{more}"


def shown_answer(answer: Answer) -> str:
    """An answer as a model reads it."""
    parts = [answer.answer] if answer.answer else []
    if answer.citations:
        cited = [f"[{c.index}] {c.title} (document_id {c.document_id})" for c in answer.citations]
        parts.append("Sources:\n" + "\n".join(cited))
    if answer.error is not None:
        parts.append(f"{answer.error.code}: {answer.error.detail}")
    if answer.approvals:
        wanted = "\n".join(f"- {each.what}" for each in answer.approvals)
        parts.append(
            f"The run {answer.run_id} waits for a person's approval of:\n{wanted}\n"
            f"A person decides at {answer.where}; get_run has the outcome afterwards."
        )
    return "\n\n".join(parts) or f"The run {answer.run_id} is {answer.state}."


def shown_conversation(found: Conversation) -> str:
    """A conversation as a model reads it."""
    spoken = "\n\n".join(f"{each.role}: {each.content}" for each in found.messages)
    return f"{found.title}\n\n{spoken}"


def arguments(prompt: str) -> list[str]:
    """The names of what a prompt leaves open, in order."""
    return [name for _, name, _, _ in Formatter().parse(prompt) if name]


def filled(prompt: str, given: Mapping[str, str]) -> str:
    """A prompt with its gaps filled; nothing in what is given is looked at."""
    return "".join(
        text + (given[name] if name else "") for text, name, _, _ in Formatter().parse(prompt)
    )
