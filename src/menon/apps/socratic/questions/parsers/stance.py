"""What an answer says that tells nothing: it agrees, takes the proposal, does not know, or waits.

Every clause of it has to be such a phrase, with words around it that mean nothing: a sentence that
tells something besides is read by the parsers. Bounded, since answers may be hostile.
"""

import re
from enum import StrEnum
from typing import Final

from menon.apps.socratic.questions.parsers.clauses import (
    is_accepted,
    is_recommended,
    is_unknown,
)

_LONGEST: Final = 400
_WHO: Final = r"[\w' -]{2,60}"
_IT: Final = r"(?: (?:about |on |of )?(?:that|this|it|those|these|any of (?:that|it)))?"
_ME: Final = r"(?: (?:to|for|by|with) (?:me|us))?"
_LETS: Final = r"(?:(?:i|we)(?:'d| would)? |let's |let us )?(?:just )?"
_FINE: Final = r"(?:fine|good|ok|okay|right|great|perfect|reasonable|alright|correct|sensible)"


class Stance(StrEnum):
    """How somebody stands to a question, without an answer of their own."""

    AGREES = "agrees"
    TAKES = "takes"
    """What was recommended."""
    UNKNOWN = "unknown"
    """Or it is for somebody else to say."""
    WAITS = "waits"


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in patterns))


_ABBREVIATED: Final = re.compile(r"\b(dr|mrs?|ms|prof|st)\.", re.IGNORECASE)
_CUT: Final = re.compile(r"\s*(?:[.,;!?\n\u2013]|\s-\s|\s(?:and|but|so)\s)\s*", re.IGNORECASE)
_FILLER: Final = re.compile(
    r"(?:oh|well|h+m+|u[hm]+|e[hr]m?|ah|so|and|but|honestly|frankly|really|sorry|please|mate|you "
    r"know|i (?:think|guess|fear)|i'?m afraid|maybe|perhaps|thanks|thank you|for now|right now|at "
    r"the moment|to be honest|there|here|then|too|first|just|probably|actually)\b\s*"
)
_TAIL: Final = re.compile(
    r"\s(?:there|here|then|too|first|yet|now|please|sorry|really|though|anyway|at the moment|"
    r"right now|i think|i guess|i'm afraid|i fear)$"
)
_STANCES: Final = {
    Stance.TAKES: _any(
        rf"{_LETS}(?:take|use|go with|do|choose|pick|"
        r"follow) (?:whatever|what|anything|everything|whichever) (?:you(?:'d| would)? "
        r"(?:recommend|suggest|propose|think (?:is )?best|see fit)|(?:is|was)"
        r" (?:recommended|suggested|proposed|"
        r"best|usual|standard))",
        rf"{_LETS}(?:take|use|go with|follow|accept) (?:the |your )(?:recommended (?:one|"
        rf"value|answer|way)|"
        r"recommendation|suggestion|proposal|default)s?",
        r"(?:whatever|as) you(?:'d| would)? (?:recommend|suggest|propose|think (?:is )?best)",
        r"as (?:recommended|proposed|suggested)",
    ),
    Stance.UNKNOWN: _any(
        r"(?:i|we) (?:really |honestly |just )?(?:can't|cannot|can not|couldn't|wouldn't) "
        rf"(?:really )?(?:say|tell|answer|judge|know|decide){_IT}",
        r"(?:i |we )?(?:really |honestly |simply )?(?:don't|do not|wouldn't|would not) (?:really )?"
        rf"(?:know|care|mind|have (?:an? |any |the )?(?:idea|clue|opinion|preference|"
        rf"answer)s?){_IT}",
        rf"(?:(?:i|we)(?: have|'ve)(?: got)? )?no (?:real )?(?:clue|idea|opinion|"
        rf"preference)s?{_IT}",
        r"(?:i'm |i am |we're |we are )?(?:not (?:at all |quite |really )?|un)(?:sure|certain)"
        + _IT,
        r"(?:(?:that|this|it)(?:'s| is) )?(?:really )?(?:not|none of|beyond) (?:my|our)"
        r" (?:decision|"
        r"call|department|job|area|field|business|place|knowledge)(?: to (?:say|decide|make))?",
        r"(?:that|this|it)(?:'s| is|'d be| would be) (?:up to|for|a (?:question|matter) for) "
        rf"{_WHO}? to (?:say|decide|answer|tell|know|judge)",
        r"(?:that|this|it)(?:'s| is|'d be| would be) (?:up to|a (?:question|matter) for) " + _WHO,
        r"(?:you(?:'d| would|'ll| will)? (?:have to|need to|had better|better|should|must|can) |"
        rf"best |better )ask {_WHO}",
        r"ask (?:my|our) " + _WHO,
        r"(?:i|we)(?:'d| would|'ll| will)? (?:have|need) to (?:check|ask|talk|speak|discuss)"
        rf"(?: (?:this|that|it))?(?: (?:with|to))? {_WHO}",
        rf"{_WHO} (?:would|will|might) (?:know|decide|tell you)(?: (?:that|this|it|better|"
        rf"best|more))",
        rf"{_WHO} (?:knows|decides)(?: (?:that|this|it|better|best|more))",
        r"(?:(?:that|this|it) )?(?:i|we)(?:'d| would|'ll| will)? (?:rather )?leave"
        r" (?:(?:that|this|it)"
        rf" )?(?:up )?to {_WHO}",
    ),
    Stance.AGREES: _any(
        r"(?:yep|yeah|yup|aye|of course|certainly|absolutely|exactly|alright|all right)",
        r"(?:(?:that|this|it|all of (?:that|it)|everything|that all) (?:all )?(?:is|sounds|looks|"
        rf"seems|will be|would be)|that's|it's|sounds|looks|seems) (?:all )?(?:quite |very"
        rf" )?{_FINE}{_ME}",
        r"(?:i|we)(?:'d| would)? (?:suppose|guess|think|believe|reckon|assume) so",
        r"(?:i|we) (?:fully |quite |can )?agree",
        rf"(?:i'm|we're|i am|we are) (?:fine|happy|ok|okay|good) with{_IT}",
        r"(?:that|this|it) (?:fits|works|will do|suits us|suits me)" + _ME,
        r"go (?:ahead|for it)|why not|you know (?:best|better)",
        r"you know (?:these|such|those) things (?:best|better)(?: than .{1,20})?",
    ),
    Stance.WAITS: _any(
        r"hello(?: there)?|hi(?: there)?|hey|good (?:morning|evening|day|afternoon)",
        r"(?:one|just a|give me a|wait a|hang on a) (?:second|sec|moment|minute)",
        r"hold on|hang on|wait|let me (?:think|see|check|look)|i(?:'m| am) (?:still )?(?:here|back|"
        r"thinking)|coming",
    ),
}
_RANKS: Final = (Stance.TAKES, Stance.UNKNOWN, Stance.AGREES, Stance.WAITS)
"""Of several the first counts: who does not know and takes the proposal has decided."""


def stance(text: str) -> Stance | None:
    """How somebody stands, where an answer tells nothing else; None where it does."""
    if fixed := _fixed(text):
        return fixed
    if len(text) > _LONGEST:
        return None
    said = {_of(piece) for piece in _CUT.split(_ABBREVIATED.sub(r"\1", text))}
    if None in said or said == {""}:
        return None
    return next((one for one in _RANKS if one in said), None)


def opening(text: str) -> tuple[Stance | None, str]:
    """The agreement that an answer begins with, and what it tells behind it: `yes, but daily`."""
    found: Stance | None = None
    end = 0
    while end < min(len(text), _LONGEST):
        cut = _CUT.search(text, end)
        piece = text[end : cut.start() if cut else len(text)]
        one = _of(piece)
        if one not in {Stance.AGREES, Stance.TAKES, ""}:
            break
        found = found or (Stance(one) if one else None)
        end = cut.end() if cut else len(text)
    return (found, text[end:].strip().removeprefix("but ")) if found else (None, text)


def without_taking(text: str) -> tuple[str, bool]:
    """An answer without `as recommended` before or behind it; and whether it was there."""
    found, behind = opening(text)
    taken = found is Stance.TAKES and behind != ""
    told = behind if taken else text
    cuts = [cut for cut in _CUT.finditer(told, max(0, len(told) - 120)) if cut.end() < len(told)]
    if cuts and _of(told[cuts[-1].end() :].strip(" .!")) == Stance.TAKES:
        return told[: cuts[-1].start()], True
    return told, taken


def _fixed(text: str) -> Stance | None:
    if is_recommended(text):
        return Stance.TAKES
    if is_unknown(text):
        return Stance.UNKNOWN
    return Stance.AGREES if is_accepted(text) else None


def _of(piece: str) -> Stance | str | None:
    """The stance of a clause, empty where it says nothing at all, None where it tells something."""
    low = " ".join(piece[:_LONGEST].lower().split()).strip(" .,!?()\"'")
    for _ in range(6):
        if not low:
            return ""
        known = (one for one in _RANKS if _STANCES[one].fullmatch(low))
        if said := _fixed(low) or next(known, None):
            return said
        if lead := _FILLER.match(low):
            low = low[lead.end() :]
        elif tail := _TAIL.search(low):
            low = low[: tail.start()]
        else:
            return None
    return None
