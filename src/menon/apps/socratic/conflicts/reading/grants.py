"""Rights: who may, may not, or alone may do what to which records."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.lexicon import canonical, words
from menon.apps.socratic.conflicts.model import Assertion, Modality
from menon.apps.socratic.conflicts.parties import (
    ANY,
    EVERYONE,
    OTHERS,
    OWN,
    actors_of,
    further,
    nominal,
    object_of,
    scope_of,
)
from menon.apps.socratic.conflicts.reading import Reader, assertion
from menon.apps.socratic.conflicts.rights import said_of
from menon.apps.socratic.conflicts.stances import made

_LIGHT = frozenset({"create", "message", "issue", "grant"})
"""Actions of which the noun behind them tells what is done."""
_READ_ONLY = frozenset({("read", "only"), ("view", "only"), ("only", "read"), ("only", "view")})


def read(clause: Clause) -> Iterator[Assertion]:
    """Allowances and denials; `only` allows its actors and denies all others."""
    said = said_of(clause)
    if said is None or not said.actors or said.target[:1] in (["who"], ("who",)):
        # `Nobody may know who voted` is about people, and no right to the votes.
        return
    more, rest = further(said.target)
    what = _what(clause, said.action, rest)
    if not what.target and said.action != "manage":
        return
    action, scope, target, head, state = what
    excluded: frozenset[str] = actors_of(clause.excepted)
    effect, actors = said.effect, said.actors
    if effect == "deny" and excluded and EVERYONE in actors:
        effect, actors = "only", excluded
    if effect == "only":
        actors |= excluded
    always = action in {"update", "delete"} and made(clause, target)
    if effect == "deny" and excluded and EVERYONE in actors:
        effect, actors = "only", excluded
    if effect == "only":
        actors |= excluded
    grant = assertion(
        clause,
        "grant",
        operator=effect,
        value=scope,
        unit=action,
        about=actors,
        target=target,
        subject=head,
        scope=(clause.scope if always else clause.context) | state,
        excluded=excluded,
        shown=clause.text,
    )
    yield from _kept_from(grant, clause)
    yield grant
    yield from (replace(grant, unit=action) for action in more if action != grant.unit)
    if effect == "allow" and scope == OWN and _only_after(clause):
        yield replace(grant, operator="deny", value=OTHERS)


class _What(NamedTuple):
    action: str
    scope: str
    target: frozenset[str]
    head: frozenset[str]
    state: frozenset[str]
    """The state that the things are in, as part of a scope."""


def _what(clause: Clause, action: str, rest: Sequence[str]) -> _What:
    """What is done, whose records to, and which."""
    rest, made_by = _their_own(rest)
    scope, things = scope_of(rest)
    scope = OWN if made_by else scope
    target, head = object_of(things)
    counted = {s for q in clause.quantities for s in clause.canon[q.start : q.end]}
    target -= counted - {s for q in clause.quantities for s in canonical(q.noun)}
    if action in _LIGHT and head <= nominal().keys() and len(head) == 1:
        # `They send invitations`: they invite.
        action, target = nominal()[next(iter(head))], target - head or frozenset({ANY})
        head = target if ANY in target else head
    return _What(action, scope, target, head, made_by)


def _their_own(rest: Sequence[str]) -> tuple[Sequence[str], frozenset[str]]:
    """`Messages that they have sent`: without the end, which tells what they did with them."""
    if "they" not in rest[1:]:
        return rest, frozenset()
    at = rest.index("they")
    did = frozenset(rest[at + 1 :]) - words("words", "stop") - words("words", "modal")
    return [s for s in rest[:at] if s != "that"], frozenset(f"if:{stem}" for stem in did)


def _kept_from(grant: Assertion, clause: Clause) -> Iterator[Assertion]:
    """Who has read-only access may not change anything."""
    stems = clause.stems
    pairs = set(pairwise(stems))
    alone = "only" in stems and ("read", "access") in pairs
    if grant.operator == "allow" and grant.unit == "read" and (alone or pairs & _READ_ONLY):
        for action in ("create", "update", "delete"):
            yield replace(grant, operator="deny", unit=action)


def _only_after(clause: Clause) -> bool:
    """`Users may only edit their own posts`: nobody else's."""
    told = bool({"can", "may"} & set(clause.canon)) or clause.modality is Modality.FACT
    return "only" in clause.canon and told


READER = Reader(read=read)
