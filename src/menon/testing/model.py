"""A model that says what a test wants, and remembers what it was asked.

model = ScriptedModel(Call("weather", city="Oslo"), "Rain.")
agent = Agent("Forecaster", tools=[weather], model=model)
assert agent.run_sync("Weather in Oslo?").text == "Rain."
assert model.requests[0].tools == ("weather",)
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, Union, cast

import msgspec
from pydantic_ai.messages import ModelMessage, ModelRequest
from pydantic_ai.models import ModelRequestParameters

from menon.core.errors import ModelError
from menon.engine.agents.history import recorded
from menon.engine.agents.output import NAME, WHOLE
from menon.engine.agents.turn import Message
from menon.engine.llm.made import Made, MadeCall, MadeModel
from menon.engine.tools.shape import plain


class Call:
    """A tool call that the model makes: `Call("weather", city="Oslo")`."""

    def __init__(self, tool: str, /, **args: Any) -> None:
        self.tool = tool
        self.args = args

    def __repr__(self) -> str:
        return f"Call({self.tool!r}, **{self.args!r})"


@dataclass(frozen=True, kw_only=True)
class Request:
    """What the model was asked."""

    question: str
    """The latest message of the user."""
    instructions: str
    messages: tuple[Message, ...]
    """All of them, the question and the results of tools too."""
    tools: tuple[str, ...]
    """The names of the tools that it was offered."""
    schemas: Mapping[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    """Their arguments, by name."""
    output: dict[str, Any] | None = None
    """The schema that the answer has to have, where there is one."""


Line: TypeAlias = Union[
    str, Call, Sequence[Call], Exception, Callable[[Request], Any], "Mapping[str, Any]", Any
]
"""A text, tool calls, an error to raise, a function of the request that makes one of these, or a
value of the agent's `output_type`."""


class ScriptOver(ModelError):
    """The model was asked more often than its script has lines."""


class ScriptedModel(MadeModel):
    """Answers with its lines, one a request; what follows the last one is an error.

    Args:
        lines: what it says, in order.
        name: of the model.
    """

    def __init__(self, *lines: Line, name: str = "scripted") -> None:
        super().__init__(name, "test")
        self._lines = list(lines)
        self.requests: list[Request] = []
        """What it was asked, oldest first."""

    def then(self, *lines: Line) -> None:
        """Go on with these."""
        self._lines += lines

    @property
    def over(self) -> bool:
        """Whether every line was said."""
        return len(self.requests) >= len(self._lines)

    async def make(self, messages: list[ModelMessage], parameters: ModelRequestParameters) -> Made:
        request = _request(messages, parameters)
        self.requests.append(request)
        number = len(self.requests)
        if number > len(self._lines):
            raise ScriptOver(
                f"The script has {len(self._lines)} lines; the model was asked once more:"
                f" {request.question!r}"
            )
        line = self._lines[number - 1]
        if callable(line) and not isinstance(line, type):
            line = line(request)
            line = await line if inspect.isawaitable(line) else line
        return _made(line, number, wanted=bool(parameters.output_tools))


def _made(line: Any, number: int, *, wanted: bool) -> Made:
    if isinstance(line, BaseException):
        raise line
    if isinstance(line, str):
        return Made(text=line)
    calls = _calls(line)
    if calls:
        return Made(
            calls=tuple(
                MadeCall(call_id=f"call_{number}_{at}", name=call.tool, args=call.args)
                for at, call in enumerate(calls, 1)
            )
        )
    value = plain(line)
    if not wanted:
        return Made(text=msgspec.json.encode(value).decode())
    args = cast("dict[str, Any]", value) if isinstance(value, dict) else {WHOLE: value}
    return Made(calls=(MadeCall(call_id=f"call_{number}", name=NAME, args=args),))


def _calls(line: Any) -> list[Call]:
    if isinstance(line, Call):
        return [line]
    if not isinstance(line, list | tuple):
        return []
    items = cast("list[Any]", line)
    found = [each for each in items if isinstance(each, Call)]
    return found if len(found) == len(items) else []


def _request(messages: Sequence[ModelMessage], parameters: ModelRequestParameters) -> Request:
    past = tuple(recorded(messages))
    asked = [message.content for message in past if message.role == "user"]
    told = [message.instructions for message in messages if isinstance(message, ModelRequest)]
    wanted = parameters.output_object.json_schema if parameters.output_object else None
    for tool in parameters.output_tools:
        wanted = tool.parameters_json_schema
    return Request(
        question=asked[-1] if asked else "",
        instructions=(told[-1] or "") if told else "",
        messages=past,
        tools=tuple(tool.name for tool in parameters.function_tools),
        schemas={tool.name: tool.parameters_json_schema for tool in parameters.function_tools},
        output=wanted,
    )
