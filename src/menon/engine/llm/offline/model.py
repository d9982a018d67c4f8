"""`offline:extractive` as a pydantic-ai model: deterministic, streaming, and it calls tools."""

from collections.abc import Sequence

from pydantic_ai.messages import ModelMessage, ModelResponse, ToolReturnPart, UserPromptPart
from pydantic_ai.models import ModelRequestParameters

from menon.engine.llm.made import Made, MadeCall, MadeModel
from menon.engine.llm.offline.moves import Result, Say, Situation, move


class ExtractiveModel(MadeModel):
    """Answers with sentences of the documents that a search tool found."""

    async def make(self, messages: list[ModelMessage], parameters: ModelRequestParameters) -> Made:
        seen = situation(messages, frozenset(tool.name for tool in parameters.function_tools))
        read = len(seen.question) + sum(len(result.content) for result in seen.results)
        chosen = move(seen)
        if isinstance(chosen, Say):
            return Made(text=chosen.text, read=read)
        calls = sum(len(m.tool_calls) for m in messages if isinstance(m, ModelResponse))
        call = MadeCall(call_id=f"offline_{calls + 1}", name=chosen.tool, args=chosen.args)
        return Made(calls=(call,), read=read)


def situation(messages: Sequence[ModelMessage], tools: frozenset[str]) -> Situation:
    """Read the conversation; tool results count when they came after the last question."""
    questions: list[str] = []
    results: list[Result] = []
    for part in (part for message in messages for part in message.parts):
        if isinstance(part, UserPromptPart):
            questions.append(_text(part))
            results.clear()
        elif isinstance(part, ToolReturnPart):
            content = part.content if isinstance(part.content, str) else part.model_response_str()
            ok = part.outcome == "success"
            results.append(Result(tool=part.tool_name, ok=ok, content=content))
    return Situation(
        question=questions[-1] if questions else "",
        earlier=tuple(questions[:-1]),
        results=tuple(results),
        tools=tools,
    )


def _text(part: UserPromptPart) -> str:
    if isinstance(part.content, str):
        return part.content
    return " ".join(piece for piece in part.content if isinstance(piece, str))
