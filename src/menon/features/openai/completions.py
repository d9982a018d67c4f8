"""Chat completions: a conversation that the caller remembers, answered as a run."""

from functools import partial
from itertools import chain

from starlette.responses import JSONResponse, Response
from starlette.types import Receive

from menon.core.auth import Principal
from menon.core.runs.log import RunLog
from menon.core.runs.wires import SSE, pieces, streamed
from menon.core.runtime import Runtime
from menon.features.openai.asking import ask, attended
from menon.features.openai.chat_rules import wish
from menon.features.openai.chat_schemas import CompletionIn
from menon.features.openai.chat_wire import Chunks, completion
from menon.features.runs.pausing import Pause, until_pause


async def complete(
    runtime: Runtime, who: Principal, body: CompletionIn, receive: Receive
) -> Response:
    """Answer whole or as a stream; leaving cancels the run and so closes its upstream."""
    asked = await ask(runtime, who, body.model, wish(body))
    leave = partial(runtime[RunLog].leave, asked.run_id)
    told = until_pause(runtime, asked.run_id, Pause())
    headers = {"X-Run-ID": asked.run_id}
    if not body.stream:
        batches = await attended(told, receive, leave)
        answer = completion(chain.from_iterable(batches), agent=asked.agent)
        return JSONResponse(answer, headers=headers)
    usage = bool(body.stream_options and body.stream_options.include_usage)
    chunks = Chunks(agent=asked.agent, with_usage=usage)
    return streamed(pieces(told, chunks), SSE, headers, leave)
