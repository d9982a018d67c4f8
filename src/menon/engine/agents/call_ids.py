"""Keeps the ids of tool calls apart where a server repeats them: results are matched by id.

An id that could not be stored, or is longer than any server needs, is replaced.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import count

from pydantic_ai.messages import ModelMessage, ModelResponse, ModelResponsePart, ToolCallPart

_FIT = re.compile(r"[!-~]{1,120}")


def apart(response: ModelResponse, before: Iterable[ModelMessage]) -> ModelResponse:
    """The response, its call ids told apart from each other and from those before."""
    if not response.tool_calls:
        return response
    taken = {
        call.tool_call_id
        for message in before
        if isinstance(message, ModelResponse)
        for call in message.tool_calls
    }
    return replace(response, parts=[_apart(part, taken) for part in response.parts])


def _apart(part: ModelResponsePart, taken: set[str]) -> ModelResponsePart:
    if not isinstance(part, ToolCallPart):
        return part
    given = part.tool_call_id if _FIT.fullmatch(part.tool_call_id) else "call"
    candidates = (given if number == 1 else f"{given}_{number}" for number in count(1))
    free = next(each for each in candidates if each not in taken)
    taken.add(free)
    return part if free == part.tool_call_id else replace(part, tool_call_id=free)
