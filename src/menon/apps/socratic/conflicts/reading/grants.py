"""Rights: who may, may not, or alone may do what to which records."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple, cast

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.lexicon import (
    Match,
    Phrases,
    document,
    known,
    words,
)
from menon.apps.socratic.conflicts.model import Assertion, Modality
from menon.apps.socratic.conflicts.reading import Reader, assertion

_SKIPPED = frozenset(
    {"also", "only", "not", "never", "freely", "directly", "always", "no", "long", "", "then", "to",
     "exclusively", "solely", "still", "just", "longer", "themselves", "self", "easily"}
)  # fmt: skip
"""Words that may stand between a modal and its verb."""
_NO_ROLE = frozenset(
    {"right", "role", "permission", "permiss", "authority", "licens", "exclusively", "solely", "",
     "alone", "person", "account", "member of", "belong", "normal", "ordinary", "regular",
     "privileg", "always", "authoris", "authoriz"}
)  # fmt: skip
EVERYONE, ALL, OWN, OTHERS = "everyone", "all", "own", "others"


class _Said(NamedTuple):
    effect: str
    """`allow`, `deny` or `only`."""
    actors: frozenset[str]
    action: str
    target: Sequence[str]
    """Stems of the object, with the words of ownership."""


@cache
def actions() -> Mapping[str, str]:
    """The action that each verb stands for, by canonical stem."""
    table = cast("Mapping[str, list[object]]", document("actions")["actions"])
    found: dict[str, str] = {}
    for action, verbs in table.items():
        for verb in verbs:
            found.setdefault(" ".join(known(str(verb))), action)
    return found


@cache
def _phrases(key: str) -> Phrases:
    return Phrases(((key, str(p)) for p in document("actions")[key]), known)


@cache
def _owned(key: str) -> Phrases:
    return Phrases(((key, str(p)) for p in document("actors")[key]), known)


def read(clause: Clause) -> Iterator[Assertion]:
    """Allowances and denials; `only` allows its actors and denies all others."""
    said = _said(clause)
    if said is None or not said.actors:
        return
    target = _object(said.target)
    if not target and said.action != "manage":
        return
    scope = _scope(said.target)
    excluded: frozenset[str] = _actors(clause.excepted)
    effect, actors = said.effect, said.actors
    if effect == "deny" and excluded and EVERYONE in actors:
        effect, actors = "only", excluded
    if effect == "only":
        actors |= excluded
    grant = assertion(
        clause,
        "grant",
        operator=effect,
        value=scope,
        unit=said.action,
        about=actors,
        target=target,
        excluded=excluded,
        shown=clause.text,
    )
    yield grant
    if effect == "allow" and scope == OWN and _only_after(clause):
        yield replace(grant, operator="deny", value=OTHERS)


def _said(clause: Clause) -> _Said | None:
    canon = clause.canon
    for key, reader in (("restricted", _restricted), ("denied", _denied)):
        match = next(iter(_phrases(key).find(canon)), None)
        if match and (found := reader(clause, match)):
            return found
    for match in _phrases("allowed").find(canon):
        if found := _modal(clause, match):
            return found
    for at, stem in enumerate(canon):
        if stem in {"must", "shall", "should", "do", "will"} and canon[at + 1 : at + 2] in (
            ("not",), ("never",)
        ):  # fmt: skip
            return _modal(clause, Match(at, at + 1, "allowed"))
    return _plain(clause)


def _modal(clause: Clause, match: Match) -> _Said | None:
    canon = clause.canon
    at, negated = match.end, _denies(canon[: match.start])
    while at < len(canon) and canon[at] in _SKIPPED:
        negated ^= canon[at] in {"not", "never", "no"}
        at += 1
    if "view" in canon[match.start : match.end]:
        return _Said(
            "deny" if negated else "allow", _actors(canon[: match.start]), "read", canon[at:]
        )
    only = bool({"only", "exclusively", "solely"} & set(_sole(canon[: at + 2])))
    if at < len(canon) and canon[at] == "be":
        return _passive(clause, match.start, at + 1, negated=negated)
    if at >= len(canon) or canon[at] not in actions():
        return None
    before = canon[: match.start]
    only = only and _leading_only(_sole(before))
    actors = _actors(before)
    effect = "only" if only else "deny" if negated else "allow"
    return _Said(effect, actors, actions()[canon[at]], canon[at + 1 :])


def _sole(part: Sequence[str]) -> list[str]:
    """Without the `only` of `read-only`."""
    return [s for at, s in enumerate(part) if s != "only" or not at or part[at - 1] != "view"]


def _leading_only(before: Sequence[str]) -> bool:
    return any(True for _ in _phrases("only").find(before))


def _denies(before: Sequence[str]) -> bool:
    return bool({"no", "nobody", "none", "neither", "not", "never"} & set(before))


def _passive(clause: Clause, end: int, at: int, *, negated: bool) -> _Said | None:
    canon = clause.canon
    skip = {"only", "not", "never", "exclusively", "solely", "always", "freely", ""}
    while at < len(canon) and canon[at] in skip:
        negated ^= canon[at] in {"not", "never"}
        at += 1
    if at >= len(canon) or canon[at] not in actions():
        return None
    action, rest = actions()[canon[at]], list(canon[at + 1 :])
    only = bool({"only", "exclusively", "solely"} & {*canon[end:], *rest})
    if "by" in rest:
        by = rest.index("by") + 1
        actors = _actors(rest[by:])
        if {"no", "nobody", "none"} & set(rest[by:]):
            return _Said("deny", frozenset({EVERYONE}), action, canon[:end])
        effect = "only" if only else "deny" if negated else "allow"
        return _Said(effect, actors, action, canon[:end])
    if negated or (_denies(canon[:end]) and "no" in canon[:end]):
        return _Said("deny", frozenset({EVERYONE}), action, canon[:end])
    return None


def _restricted(clause: Clause, match: Match) -> _Said | None:
    """`Deleting invoices is reserved for admins`."""
    action = _named_action(clause.canon[: match.start])
    if action is None:
        return None
    verb, rest = action
    actors = _actors(clause.canon[match.end :])
    return _Said("deny" if clause.negated else "only", actors, verb, rest)


def _denied(clause: Clause, match: Match) -> _Said | None:
    """`Guests are forbidden to delete invoices`, `Deleting invoices is forbidden for guests`."""
    canon, after = clause.canon, clause.canon[match.end :]
    action = _named_action(after)
    if action and match.start:
        actors = _actors(canon[: match.start]) or _actors(
            after[: after.index("to")] if "to" in after else ()
        )
        return _Said("deny", actors or frozenset({EVERYONE}), action[0], _behind(after))
    action = _named_action(canon[: match.start])
    if action is None:
        return None
    return _Said("deny", _actors(after) or frozenset({EVERYONE}), *action)


def _behind(part: Sequence[str]) -> Sequence[str]:
    """What follows the action."""
    at = next(at for at, stem in enumerate(part) if stem in actions())
    return part[at + 1 :]


def _named_action(part: Sequence[str]) -> tuple[str, Sequence[str]] | None:
    for at, stem in enumerate(part):
        if stem in actions():
            return actions()[stem], [*part[:at], *part[at + 1 :]]
    return None


def _plain(clause: Clause) -> _Said | None:
    """`Admins delete invoices`: a role and a verb without a modal."""
    canon = clause.canon
    if clause.modality not in {Modality.FACT, Modality.NEVER}:
        return None
    for at, stem in enumerate(canon[1:8], start=1):
        if stem in actions() and set(canon[:at]) & words("actors", "roles"):
            actors = _actors(canon[:at])
            if len(actors) > 3 or "be" in canon[:at] or clause.tokens[at].text.endswith("ed"):
                return None
            denied = _denies(canon[:at])
            effect = "deny" if denied else "only" if "only" in canon[:at] else "allow"
            return _Said(effect, actors, actions()[stem], canon[at + 1 :])
    return None


def _actors(part: Sequence[str]) -> frozenset[str]:
    """The roles that a noun phrase names; each is one label."""
    found: set[str] = set()
    chunk: list[str] = []
    universal = bool({"every", "all", "any", "each", "no"} & set(part))
    for stem in [*part, ","]:
        if stem in {"and", "or", ",", "/", "nor"}:
            label = _label(chunk)
            if label:
                found.add(label)
            chunk = []
        else:
            chunk.append(stem)
    if universal and found == {"user"}:
        return frozenset({EVERYONE})
    return frozenset(found - {""})


def _label(chunk: Sequence[str]) -> str:
    whole = words("actors", "everyone") | words("actors", "nobody")
    if set(chunk) & (whole - {"all", "public", "no", "user", "customer", "one", "general"}):
        return EVERYONE
    if list(chunk)[:2] == ["no", "one"]:
        return EVERYONE
    loose = words("words", "stop") | words("words", "modal") | words("words", "negator")
    kept = [s for s in chunk if s not in loose and s not in _NO_ROLE]
    named = [s for s in kept if s.replace(" ", "").isalpha()]
    if not named or set(named) & (words("words", "whole") - {"part"}):
        return ""
    roles = [s for s in named if s in words("actors", "roles")]
    if len(roles) > 1 and "user" in roles:
        named = [s for s in named if s != "user"]
    return " ".join(named[:3])


def _object(part: Sequence[str]) -> frozenset[str]:
    loose = words("words", "stop") | words("words", "modal") | words("words", "negator")
    noise = loose | words("actions", "object_noise") | words("words", "universal")
    end = len(part)
    for stop in ("by", "with", "via", "using", "from", "within", "at"):
        if stop in part:
            end = min(end, list(part).index(stop))
    kept = [s for s in part[:end] if s and s not in noise and s.replace(" ", "").isalpha()]
    people = {"user", "member"}
    bare = [s for s in kept if s not in people]
    return frozenset(bare or kept)


def _scope(part: Sequence[str]) -> str:
    stems = list(part)
    if any(True for _ in _owned("others").find(stems)):
        return OTHERS
    if any(True for _ in _owned("own").find(stems)):
        return OWN
    return ALL


def _only_after(clause: Clause) -> bool:
    """`Users may only edit their own posts`: nobody else's."""
    return "only" in clause.canon and bool({"can", "may"} & set(clause.canon))


READER = Reader(read=read)
