"""The rules of teams, as a model that calls the members and says what they said."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pydantic_ai.messages import ModelMessage, ToolReturnPart, UserPromptPart
from pydantic_ai.models import ModelRequestParameters

from menon.core.errors import ToolError
from menon.engine.llm.made import Made, MadeCall, MadeModel


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a member answered, or why it did not."""

    tool: str
    ok: bool
    text: str


class Rule(ABC):
    """What a team does next.

    Args:
        members: their names by the tools that ask them, in their order.
    """

    name: ClassVar[str]

    def __init__(self, members: Mapping[str, str]) -> None:
        self._members = members

    @abstractmethod
    def next(self, message: str, said: Sequence[Said]) -> Made:
        """Ask members, or answer.

        Raises:
            ToolError: there is no answer without one that failed.
        """

    def _asked(self, tools: Sequence[str], message: str, number: int) -> Made:
        calls = (
            MadeCall(call_id=f"{self.name}_{number + at}", name=tool, args={"message": message})
            for at, tool in enumerate(tools, 1)
        )
        return Made(calls=tuple(calls))


class Parallel(Rule):
    """All at once; who fails is left out, unless all do."""

    name = "parallel"

    def __init__(
        self, members: Mapping[str, str], join: Callable[[Mapping[str, str]], str] | None
    ) -> None:
        super().__init__(members)
        self._join = join or _sections

    def next(self, message: str, said: Sequence[Said]) -> Made:
        if not said:
            return self._asked(list(self._members), message, 0)
        answers = {self._members[each.tool]: each.text for each in said if each.ok}
        if not answers:
            raise ToolError(f"No member of the team gave an answer: {said[0].text}")
        order = {name: answers[name] for name in self._members.values() if name in answers}
        return Made(text=self._join(order))


class Sequential(Rule):
    """One after the other; the first that fails ends it."""

    name = "sequential"

    def next(self, message: str, said: Sequence[Said]) -> Made:
        failed = next((each for each in said if not each.ok), None)
        if failed is not None:
            raise ToolError(failed.text)
        latest = said[-1].text if said else message
        if len(said) == len(self._members):
            return Made(text=latest)
        return self._asked([list(self._members)[len(said)]], latest, len(said))


class RuleModel(MadeModel):
    """A rule as a model."""

    def __init__(self, rule: Rule) -> None:
        super().__init__(rule.name, "team")
        self._rule = rule

    async def make(self, messages: list[ModelMessage], parameters: ModelRequestParameters) -> Made:
        del parameters
        question, said = "", list[Said]()
        for part in (part for message in messages for part in message.parts):
            if isinstance(part, UserPromptPart):
                question, said = str(part.content), []
            elif isinstance(part, ToolReturnPart):
                ok = part.outcome == "success"
                said.append(Said(tool=part.tool_name, ok=ok, text=part.model_response_str()))
        return self._rule.next(question, said)


def _sections(answers: Mapping[str, str]) -> str:
    if len(answers) == 1:
        return next(iter(answers.values()))
    return "\n\n".join(f"## {name}\n\n{text}" for name, text in answers.items())
