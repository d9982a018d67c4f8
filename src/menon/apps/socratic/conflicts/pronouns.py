"""What `it` and `they` stand for: the thing that the clause before speaks of."""

from collections.abc import Sequence
from typing import Final

from menon.apps.socratic.conflicts.lexicon import words
from menon.apps.socratic.conflicts.words import Token

_PRONOUNS: Final = frozenset({"it", "they", "them", "these", "those"})
_UP_TO: Final = frozenset({"by", "before", "until", "till", "after", "since"})
_EMPTY: Final = frozenset(
    {"take", "tak", "cost", "last", "mean", "seem", "need", "require", "work"}
)
"""After these `it` is the project, or nothing at all."""
_BREAKS: Final = frozenset({"of", "in", "for", "on", "with", "that", "which", "who"})
_LONGEST: Final = 4
"""Words of a name."""


def resolved(part: tuple[Token, ...], name: tuple[Token, ...]) -> tuple[Token, ...]:
    """The clause with the name in the place of its first pronoun."""
    if not name:
        return part
    for at, token in enumerate(part):
        if token.text not in _PRONOUNS and not (at == 0 and _points(part)):
            continue
        if token.text in {"these", "those"} and _names_more(part, at):
            return part
        if at == 0 and _is_empty(part):
            return part
        return (*part[:at], *name, *part[at + 1 :])
    return part


def dated(part: tuple[Token, ...], day: tuple[Token, ...]) -> tuple[Token, ...]:
    """`By then`, `before that`: by the day that was named before."""
    for at in range(1, len(part)) if day else ():
        last = at + 1 >= len(part) or part[at + 1].kind == "mark"
        if part[at].text in {"then", "that"} and part[at - 1].text in _UP_TO and last:
            return (*part[:at], *day, *part[at + 1 :])
    return part


def _points(part: Sequence[Token]) -> bool:
    """`This relies on the ledger`: what was named before does."""
    verb = part[1] if len(part) > 1 else None
    if part[0].text not in {"this", "that"} or verb is None:
        return False
    return verb.text.endswith("s") and verb.stem in words("words", "verb") and verb.stem != "mean"


def of_condition(part: Sequence[Token]) -> tuple[Token, ...]:
    """The thing that an opening condition speaks of: `once an order is paid, it ...`."""
    if not part or part[0].stem not in words("words", "opens"):
        return ()
    aux, stop = words("words", "aux"), words("words", "stop")
    people = words("actors", "roles") | words("actors", "everyone")
    # `Once a bill is paid it is final`: a comma need not be there.
    end = next((at for at, token in enumerate(part) if token.text in {",", "it", "they"}), 0)
    run: list[Token] = []
    for token in part[1:end]:
        if token.stem in aux or token.text in _BREAKS:
            break
        if token.stem not in stop and token.kind == "word":
            run.append(token)
    if not run or {token.stem for token in run} & people or len(run) > _LONGEST:
        return ()
    return tuple(run)


def _names_more(part: Sequence[Token], at: int) -> bool:
    """`these orders` names what it means."""
    after = part[at + 1].stem if at + 1 < len(part) else ""
    return bool(after) and after not in words("words", "aux") | words("words", "stop")


def _is_empty(part: Sequence[Token]) -> bool:
    """`It takes six weeks`, `it is important that`: nothing that was named is meant."""
    stems = [token.stem for token in part]
    loose = words("words", "modal") | {"not", "only", "also"}
    at = 1
    while at < len(stems) and (stems[at] in loose) and stems[at] not in _EMPTY:
        at += 1
    if at < len(stems) and stems[at] in _EMPTY:
        # `It needs six weeks`, but `it needs the ledger`.
        things = stems[at] in {"need", "require"} and stems[at + 1 : at + 2] == ["the"]
        # `It can not work without the ledger`, where `it works` may be anything.
        things |= stems[at] == "work" and stems[at + 1 : at + 2] == ["without"]
        return not things
    return bool({"that", "if", "when"} & set(stems[2:6])) or "to" in stems[2:5]


def named(
    tokens: Sequence[Token], content: frozenset[str], verb: int, canon: Sequence[str]
) -> tuple[Token, ...]:
    """The thing that a clause speaks of: its subject unless that is a person, else its object."""
    people = words("actors", "roles") | words("actors", "everyone")
    stems = [canon[at] or token.stem for at, token in enumerate(tokens)]
    before = [at for at in range(min(verb, len(tokens))) if stems[at] in content]
    if before and not {stems[at] for at in before} & people:
        return tuple(tokens[at] for at in before[:_LONGEST])
    run: list[Token] = []
    for at in range(verb + 1, len(tokens)):
        if stems[at] in content and tokens[at].kind == "word":
            if stems[at] not in words("words", "verb") or run:
                run.append(tokens[at])
        elif run:
            break
    return tuple(run[:_LONGEST])
