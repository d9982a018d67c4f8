"""Where something in a specification comes from, in words instead of ids."""

from menon.apps.socratic.specification.model import Specification

_ASSUMED = frozenset({"default", "inference"})


def numbered(spec: Specification, source: str) -> str:
    """What a source is called in a document that lists the answers: by its number."""
    if source in _ASSUMED:
        return "assumed"
    place = next((n for n, one in enumerate(spec.clarifications, 1) if one.id == source), 0)
    return f"from answer {place}" if place else f"from {source}"


def quoted(spec: Specification, source: str) -> str:
    """The same where the answers are not listed: by the question."""
    if source in _ASSUMED:
        return "assumed, nobody was asked"
    asked = next((one.question for one in spec.clarifications if one.id == source), "")
    return f"the answer to “{asked}”" if asked else source
