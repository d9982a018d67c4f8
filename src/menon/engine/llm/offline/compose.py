"""What the offline engine says, as pure functions of what it found."""

import re
from collections.abc import Sequence

from menon.engine.tools.passages import ShownQuote

SETTINGS = "OPENAI_API_KEY, ANTHROPIC_API_KEY or OLLAMA_BASE_URL"

_FOOTNOTE = re.compile(r"\[(\d+)\]")
"""A document's own numbers in brackets would look like ours."""

_ABILITY = (
    "I am Menon's offline engine. I look questions up in your documents and quote the sentences"
    " that answer them, with their sources; I also calculate and tell the time. I do not write or"
    f" reason as a language model does: set {SETTINGS} to add one."
)
_SMALLTALK = {
    "greeting": f"Hello! {_ABILITY}",
    "thanks": "You are welcome.",
    "farewell": "Goodbye.",
    "ability": _ABILITY,
}


def smalltalk(kind: str) -> str:
    """The short answer to a greeting, thanks, or a question about the engine."""
    return _SMALLTALK[kind]


def quoted(quotes: Sequence[ShownQuote]) -> str:
    """The quotes, each followed by the number of its passage; code stands in a block."""
    return "\n\n".join(map(_quoted, quotes))


def _quoted(quote: ShownQuote) -> str:
    if "\n" in quote.text:
        return f"```\n{quote.text}\n```\n[{quote.index}]"
    return _FOOTNOTE.sub(r"(\1)", quote.text) + f" [{quote.index}]"


def beside(names: Sequence[str], quotes: Sequence[ShownQuote]) -> str:
    """Quotes that speak of the same, where nothing that was found mentions what was named."""
    listed = " or ".join(names)
    return f"No passage that I found mentions {listed}; the nearest say:\n\n{quoted(quotes)}"


def nothing() -> str:
    """Nothing that was found answers the question."""
    return (
        "I found nothing in the documents that answers this. Ask with other words, or add a"
        f" document that says it. I only quote; a language model could say more: set {SETTINGS}."
    )


def unable() -> str:
    """No tool is at hand that could help."""
    return (
        "I cannot answer this: I have no documents to look it up in here, and I am no language"
        f" model. Set {SETTINGS} to add one, or give the agent the tool search_knowledge."
    )


def failed(reason: str) -> str:
    """A tool did not do what it was asked; its reason is a sentence."""
    return f"I could not do that: {reason}"


def calculated(result: str) -> str:
    """`15 * 23 = 345` as a sentence."""
    return f"{result}."


def told(time: str) -> str:
    """The time as a sentence."""
    return f"It is {time}."
