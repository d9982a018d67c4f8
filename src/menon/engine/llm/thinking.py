"""Splits `<think>…</think>`, with which some servers begin an answer, from the answer."""

from enum import Enum, auto
from typing import Literal

Kind = Literal["text", "thinking"]

_OPEN, _CLOSE = "<think>", "</think>"


class _State(Enum):
    START = auto()
    THINKING = auto()
    ANSWER = auto()


class ThinkTags:
    """Feed it the text in pieces, cut anywhere; only answers that begin with the tag are split."""

    def __init__(self) -> None:
        self._state = _State.START
        self._held: str = ""
        """What may turn out to be the beginning of a tag."""

    def feed(self, text: str) -> list[tuple[Kind, str]]:
        """The parts that are certain now, none of them empty."""
        if self._state is _State.ANSWER:
            return [("text", text)] if text else []
        text = self._held + text
        self._held = ""
        if self._state is _State.START:
            begun = text.lstrip()
            if len(begun) < len(_OPEN) and _OPEN.startswith(begun):
                self._held = text
                return []
            if not begun.startswith(_OPEN):
                self._state = _State.ANSWER
                return [("text", text)]
            self._state = _State.THINKING
            text = begun[len(_OPEN) :]
        return self._think(text)

    def end(self) -> list[tuple[Kind, str]]:
        """What was held back, now that nothing follows."""
        held = self._held
        self._held = ""
        kind: Kind = "thinking" if self._state is _State.THINKING else "text"
        return [(kind, held)] if held.strip() else []

    def _think(self, text: str) -> list[tuple[Kind, str]]:
        thought, closed, answer = text.partition(_CLOSE)
        if closed:
            self._state = _State.ANSWER
            answer = answer.lstrip()
        else:
            keep = _overlap(thought)
            self._held = thought[len(thought) - keep :]
            thought = thought[: len(thought) - keep]
        parts: list[tuple[Kind, str]] = [("thinking", thought), ("text", answer)]
        return [part for part in parts if part[1]]


def _overlap(text: str) -> int:
    """How many characters at the end may begin the closing tag."""
    most = min(len(text), len(_CLOSE) - 1)
    return next((n for n in range(most, 0, -1) if _CLOSE.startswith(text[-n:])), 0)
