"""The condition, the exception and the reason of a clause, cut away from what it says."""

from collections.abc import Sequence

from menon.apps.socratic.conflicts.cutting import acts
from menon.apps.socratic.conflicts.lexicon import (
    Match,
    canonical,
    document,
    phrases,
    words,
)
from menon.apps.socratic.conflicts.words import Token

_COLOURS = frozenset({"already", "still", "ever", "even", "just", "then", "actually", "really"})
"""Words that change no condition."""
_DAYS = frozenset(
    {"q1", "q2", "q3", "q4", "easter", "christmas", "xmas", "halloween", "spring", "autumn"}
)
_TIMES = frozenset(
    {"day", "week", "month", "year", "quarter", "hour", "minut", "term", "season", "night"}
)
_EXAMPLES = frozenset({"such as", "for example"})
_ONLY = frozenset({"only", "exclusively", "solely", "alone"})
_NOBODY = frozenset({"no", "nobody", "none"})
_EARLY = 4
"""Tokens in front of which an exception is one of who acts."""
_TAIL = 8
"""Tokens of an end that only says again what has been said."""
_KEPT = frozenset({"and", "or", "not", "never", "without"})
"""Words that do: `if it is not paid`."""


def parted(
    part: tuple[Token, ...],
) -> tuple[tuple[Token, ...], tuple[str, frozenset[str]], tuple[str, ...]]:
    """The main tokens, the words of the condition and those of the exception."""
    stems = [token.stem for token in part]
    ends = {m.start: m.end for m in phrases("words", "no_exception").find(stems)}
    part = tuple(t for at, t in enumerate(part) if not any(s <= at < e for s, e in ends.items()))
    stems = [token.stem for token in part]
    for match in phrases("words", "reason").find(stems):
        rest = set(stems[match.end :])
        if match.label in _EXAMPLES and rest & words("words", "aux"):
            # `Vital signs such as blood pressure are out of scope`: these as well.
            joined = part[match.start]._replace(text="and", stem="and")
            part = (*part[: match.start], joined, *part[match.end :])
            stems = [token.stem for token in part]
            break
        if match.start > 1:
            part, stems = part[: match.start], stems[: match.start]
            break
    part = _unrepeated(part)
    _, excepted, part = _cut(part, "exception")
    trigger, condition, part = _cut(part, "condition")
    return part, (trigger, frozenset(condition)), excepted


def _unrepeated(part: tuple[Token, ...]) -> tuple[Token, ...]:
    """`Only chemists may do it, never a trainee`: the end says once more what `only` says."""
    for at in range(len(part) - 2, 1, -1):
        if part[at].text == "," or (part[at].text == "and" and part[at + 1].text in _NOBODY):
            others = at + 2 < len(part) and part[at + 2].text in {"one", "other", "others", "body"}
            denied = part[at + 1].text in {"never", "not", "nobody", "none"} or others
            rest = {token.stem for token in part[at + 1 :]}
            short = len(part) - at <= _TAIL and not rest & words("words", "aux")
            only = _ONLY & {token.stem for token in part[:at]}
            return part[:at] if denied and short and only else part
    return part


def _cut(part: tuple[Token, ...], name: str) -> tuple[str, tuple[str, ...], tuple[Token, ...]]:
    """The word that opens it, its words, and what remains."""
    stems = [token.stem for token in part]
    for match in phrases("words", name).find(stems):
        if part[match.start].text in {"exclude", "excludes", "excluded"}:
            continue
        end = match.end
        ends = _ends_of(part, match, name)
        while end < ends and part[end].text != ",":
            end += 1
        inner = part[match.end : end]
        before = {token.stem for token in part[: match.start]}
        if name == "condition" and before and before <= words("words", "evaluation"):
            return "", (), part[match.end :]
        if not inner or (name == "condition" and not _is_condition(part, match.start, inner)):
            continue
        if name == "condition" and "it" in before and before & {"take", "tak", "took"}:
            # `It takes a minute until calls are answered` tells how long the answer takes.
            continue
        skip = words("words", "stop") | words("words", "modal") | _COLOURS
        canon = canonical([token.stem for token in inner])
        said = tuple(s for s in canon if s and (s not in skip or s in _KEPT))
        if match.start == 0 and end >= len(part):
            return "", (), part
        if name == "condition" and said and _always_so(part[match.start], inner, said):
            rest = end + 1 if end < len(part) and part[end].text == "," else end
            return "", (), part[: match.start] + part[rest:]
        if said:
            rest = end + 1 if end < len(part) and part[end].text == "," else end
            return stems[match.start], said, part[: match.start] + part[rest:]
    return "", (), part


def _ends_of(part: Sequence[Token], match: Match, name: str) -> int:
    """Where what it opens is over at the latest."""
    if name == "exception" and match.start < _EARLY:
        return _ends(part, match)
    return _resumed(part, match) if name == "condition" and match.start == 0 else len(part)


def _resumed(part: Sequence[Token], match: Match) -> int:
    """Where `it cannot be changed` begins in `once it is signed it cannot be changed`."""
    aux, named = words("words", "aux"), {"it", "they", "nobody"}
    loose = words("words", "stop") | aux
    for at in range(match.end, len(part) - 2):
        token, before = part[at], part[at - 1].stem
        if token.text in named and part[at + 1].stem in aux and at > match.end + 2:
            return at if before not in {"and", "or", "that", "if", ","} else len(part)
        if token.kind == "word" and token.stem not in loose:
            # The pronoun may have been replaced by what it stands for.
            named.add(token.text)
    return len(part)


def _ends(part: Sequence[Token], match: Match) -> int:
    """Where the verb of `nobody except the manager approves it` stands."""
    verbs = words("words", "verb")
    ends = words("words", "aux") | words("actors", "everyone") | words("actors", "nobody")
    ends -= {"public", "no"}
    for at in range(match.end, len(part)):
        stem = part[at].stem
        if (
            stem in ends
            or _acts_here(part, at, match.end)
            or (at > match.end + 1 and stem in verbs and acts(part, at))
        ):
            return at
    return len(part)


def _acts_here(part: Sequence[Token], at: int, begin: int) -> bool:
    """`The dean certifies marks`: a verb of the third person that nobody listed."""
    if at <= begin + 1 or at + 1 >= len(part) or not part[at].text.endswith("s"):
        return False
    before = part[at - 1]
    noun = before.kind == "word" and not before.text.endswith("s")
    return noun and before.stem not in words("words", "stop") and not part[at].text.endswith("ss")


def _always_so(opens: Token, inner: Sequence[Token], said: Sequence[str]) -> bool:
    """`When they sign up` narrows nothing; `once it has been submitted` tells a state."""
    state = opens.stem in {"once", "after", "until", "before"}
    state |= any(token.text in {"been", "already", "is", "are"} for token in inner)
    return not state and set(said) <= words("words", "always_so")


def _is_condition(part: tuple[Token, ...], at: int, inner: Sequence[Token]) -> bool:
    """`After 30 days` and `before March` bound a quantity; `at once` is none."""
    timed = part[at].stem in {"after", "before", "until"}
    if part[at].stem == "once" and (
        (at and part[at - 1].stem == "at") or inner[0].stem in {"in", "within", "for", "on", "at"}
    ):
        return False
    starts = {"start", "begin", "kick", "commenc"} & {t.stem for t in inner}
    if starts and any(t.kind in {"number", "date"} for t in inner):
        return False
    if not timed:
        often = inner[0].stem in {"a", "an", "per", "every", "each"}
        timely = inner[1:2] and (inner[1].stem in _TIMES or inner[1].kind == "number")
        timely = timely or (inner[1:2] and inner[1].text in document("amounts")["numbers"])
        return not (part[at].stem == "once" and often and timely)
    numbers = document("amounts")["numbers"]
    return not any(
        t.kind in {"number", "date"} or t.text in numbers or t.text in {"a", "an"}
        or t.stem in words("words", "month") or t.text in _DAYS
        for t in inner[:7]
    )  # fmt: skip
