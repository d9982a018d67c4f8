"""The ways out of a conflict in the words of somebody who takes one; pure.

A way out is a question to those who said the opposite. To choose one of several, people want to
read what they say by it.
"""

import re
from typing import Final

_KEEP: Final = re.compile(
    r"Does `(?P<said>.*)`(?P<who>(?: of the [\w ]+)?) stand, so that the other side is changed to"
    r" fit it\?",
    re.DOTALL,
)
_TAKEN: Final = {
    "Can the scope be cut or phased so that both times hold?": (
        "Cut or phase the scope so that both times hold."
    ),
    "Do the two limits hold in different situations? Name the situations.": (
        "Both limits hold, in different situations."
    ),
    "Can work be dropped or phased until the costs fit, or the budget raised?": (
        "Drop or phase work until the costs fit, or raise the budget."
    ),
    "Is there another technology that gives both sides what they need?": (
        "Take another technology that gives both sides what they need."
    ),
    "Does it belong to a later phase? Name the phase.": "It belongs to a later phase.",
    "Do the two rules hold for different records or roles? Name them.": (
        "Both rules hold, for different records or roles."
    ),
    "Do the two rules hold for different records or states? Name them.": (
        "Both rules hold, for different records or states."
    ),
    "Which of these can wait, or be split so that a small part comes first?": (
        "Let some of these wait, or split them so that a small part comes first."
    ),
    "Which of the two matters more, and how far may the other give way?": (
        "One of the two matters more, and the other gives way."
    ),
    "Do both mean different things? Say each in other words.": "Both mean different things.",
    "Is it accepted as it is? Say why.": "Accept it as it is.",
}


def taken(way: str) -> str:
    """What somebody says who takes this way out; the way itself where there are no other words."""
    if kept := _KEEP.fullmatch(way):
        return f"Keep “{kept['said']}”{kept['who']}, and change the other side."
    return _TAKEN.get(way, way)
