"""Asking on a terminal: the answer as it comes, then its sources."""

from collections.abc import Callable
from contextlib import aclosing
from typing import Any, NamedTuple

from menon.core.auth import Principal
from menon.core.http import Page
from menon.core.runs.events import Content
from menon.core.runs.log import RunLog
from menon.core.runs.wires import ndjson
from menon.core.runtime import Runtime
from menon.features.accounts.service import principal_named
from menon.features.agents import running, service
from menon.features.agents.rules import Answer
from menon.features.agents.schemas import RunIn
from menon.features.runs import inbox
from menon.features.runs.models import ApprovalState


class Wanted(NamedTuple):
    """A question on the command line."""

    agent: str
    model: str
    question: str
    as_json: bool


async def ask(runtime: Runtime, user: str, wanted: Wanted, echo: Callable[..., Any]) -> bool:
    """Print the answer as it comes; False where the run failed."""
    who = await principal_named(runtime, user)
    body = RunIn(message=wanted.question, model=wanted.model or None)
    run_id = await running.start(runtime, who, wanted.agent, body)
    answer = Answer()
    async with aclosing(runtime[RunLog].follow(run_id)) as batches:
        async for batch in batches:
            for event in batch:
                answer.add(event.data)
                if wanted.as_json:
                    echo(ndjson(event), nl=False)
                elif isinstance(event.data, Content):
                    echo(event.data.text, nl=False)
            if any(running.waits(event.data) for event in batch):
                await _waits(runtime, who, run_id, echo)
                return True
    if not wanted.as_json:
        _sources(answer, echo)
    return answer.error is None


async def _waits(runtime: Runtime, who: Principal, run_id: str, echo: Callable[..., Any]) -> None:
    """Say what the run waits for: it goes on without this command."""
    echo("", err=True)
    for asked in await inbox.of_run(runtime, who, run_id):
        if asked.state is ApprovalState.WAITING:
            echo(f"Waits for your approval: {asked.what} ({asked.id})", err=True)
    echo(f"Decide at /approvals; the run {run_id} goes on in the server then.", err=True)


def _sources(answer: Answer, echo: Callable[..., Any]) -> None:
    echo("")
    if answer.error is not None:
        echo(f"{answer.error.code}: {answer.error.detail}", err=True)
    if answer.citations:
        echo("\nSources")
    for cited in answer.citations:
        start, end = cited["span"]
        where = f"{cited['source']}, characters {start}-{end}"
        echo(f"  [{cited['index']}] {cited['title']} ({where})")


async def all_agents(runtime: Runtime, user: str) -> list[dict[str, object]]:
    """Every agent that the user may use."""
    who = await principal_named(runtime, user)
    rows: list[dict[str, object]] = []
    cursor = None
    while True:
        page = await service.listing(runtime, who, Page(200, cursor))
        rows += [row.model_dump(mode="json") for row in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return rows
