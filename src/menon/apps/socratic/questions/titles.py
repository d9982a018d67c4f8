"""What a slot is called where people read; pure."""

from typing import Final

from menon.apps.socratic.questions.slots import EACH, parts

_TITLES: Final = {
    "acceptance.done": "When it counts as done",
    "acceptance.edges": "Edge cases",
    "acceptance.story[*].ears": "Behaviour",
    "architecture.forbidden": "Technology to avoid",
    "architecture.languages": "Programming languages",
    "behaviour.audit": "Record of changes",
    "behaviour.integration_failure": "When an integration fails",
    "behaviour.signup": "How people get an account",
    "data.entity[*].owned": "Seen by their owner only",
    "data.entity[*].retention": "How long they are kept",
    "data.entity[*].search": "Found by words",
    "data.entity[*].soft_delete": "Recoverable when deleted",
    "data.entity[*].volume": "How many there are",
    "data.import": "Data to take over",
    "data.personal": "Personal data",
    "delivery.ci": "Continuous integration",
    "goal.inside": "In scope",
    "goal.outside": "Out of scope",
    "quality.concurrency": "Users at the same time",
    "quality.coverage": "Test coverage",
    "quality.languages": "Languages of the pages",
    "quality.latency": "Time to answer",
    "quality.rpo": "Data that may be lost",
    "quality.rto": "Time until it runs again",
    "ux.empty": "Pages without content",
    "ux.errors": "Pages with errors",
    "ux.surfaces": "Where people use it",
}
"""Slots whose last word says too little."""
_CONFLICT: Final = "conflict"


def title(slot: str) -> tuple[str, str]:
    """What a slot is called, and of which entity or story it is; empty where of none.

    The slot of a contradiction is its decision, of no subject that people know.
    """
    template, subject = parts(slot)
    if template.startswith(_CONFLICT):
        return "Decision", ""
    plain = template.replace(EACH, "").rpartition(".")[2].replace("_", " ")
    return _TITLES.get(template) or plain[:1].upper() + plain[1:], subject


def titled(slot: str) -> str:
    """The same in one line."""
    said, subject = title(slot)
    return f"{said} of {subject}" if subject else said
