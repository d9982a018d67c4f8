"""Who may do what, as a clause says it: by a modal, by `only`, by a passive or by a plain verb."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.lexicon import Match, Phrases, document, known, words
from menon.apps.socratic.conflicts.model import Modality
from menon.apps.socratic.conflicts.parties import (
    EVERYONE,
    action_of,
    actions,
    actors_of,
    behind,
    denies,
    is_things,
    named_action,
    sole,
)

_SKIPPED = frozenset(
    {"also", "only", "not", "never", "freely", "directly", "always", "no", "long", "", "then", "to",
     "exclusively", "solely", "still", "just", "longer", "themselves", "self", "easily"}
)  # fmt: skip
"""Words that may stand between a modal and its verb."""


_OBLIGING = frozenset({"must", "need", "have", "should", "shall"})
_SEEN = frozenset({"accessibl", "visibl", "viewabl", "readabl"})
_VERDICTS = frozenset({"approve", "sign", "reject"})
"""What one person decides for all."""
_CHANGES = (("delet",), ("delete",), ("updat",), ("update",), ("overwritten",), ("replac",))


class Said(NamedTuple):
    """A right, as stems."""

    effect: str
    """`allow`, `deny` or `only`."""
    actors: frozenset[str]
    action: str
    target: Sequence[str]
    """Stems of the object, with the words of ownership; further actions may stand before."""


@cache
def _phrases(key: str) -> Phrases:
    # `On no account` is `never`, which denies other than rights.
    said = (str(p) for p in document("actions")[key] if known(str(p)) != ("never",))
    return Phrases(((key, phrase) for phrase in said), known)


def said_of(clause: Clause) -> Said | None:
    """The right that a clause gives, takes or reserves."""
    clause = _joined(clause)
    canon = clause.canon
    if found := _sole_doer(clause) or _done_by(clause) or _public(clause):
        return found
    for key, reader in (("restricted", _restricted), ("denied", _denied)):
        match = next(iter(_phrases(key).find(canon)), None)
        if match and (found := reader(clause, match)):
            return found
    match = next(iter(_phrases("visible").find(canon)), None)
    if match and (found := _visible(clause, match)):
        return found
    for match in _phrases("allowed").find(canon):
        if found := _modal(clause, match):
            return found
    for at, stem in enumerate(canon):
        if stem in {"must", "shall", "should", "do", "will"} and canon[at + 1 : at + 2] in (
            ("not",), ("never",)
        ):  # fmt: skip
            return _modal(clause, Match(at, at + 1, "allowed"))
    return _never_done(clause) or _obliged(clause) or _plain(clause)


def _obliged(clause: Clause) -> Said | None:
    """`Nurses need to see the chart`: who has to do it may."""
    canon = clause.canon
    at = next((at for at in range(1, len(canon) - 1) if canon[at] in _OBLIGING), 0)
    begin = at + 1 + (canon[at + 1 : at + 2] == ("to",))
    if not at or canon[begin : begin + 1] == ("be",) or clause.negated or "only" in canon:
        return None
    action = actions().get(canon[begin], "") if begin < len(canon) else ""
    people = set(canon[:at]) & words("actors", "roles")
    if not action or not people:
        return None
    return Said("allow", actors_of(canon[:at]), action, canon[begin + 1 :])


def _done_by(clause: Clause) -> Said | None:
    """`Articles are published by the interns`: who does it, may."""
    canon = clause.canon
    if "by" not in canon or clause.modality not in {Modality.FACT, Modality.NEVER}:
        return None
    by = canon.index("by")
    if not set(canon[by + 1 :]) & (words("actors", "roles") | words("actors", "everyone")):
        return None
    at = next((at for at in range(1, by) if canon[at] == "be"), 0)
    return _passive(clause, at, at + 1, negated=False) if at else None


@cache
def _long() -> Phrases:
    """Actions of several words, such as `look into`."""
    return Phrases(((name, name) for name in actions() if " " in name), lambda s: tuple(s.split()))


def _joined(clause: Clause) -> Clause:
    """The clause with each action of several words as one."""
    canon = list(clause.canon)
    for match in _long().find(clause.canon):
        rest = [""] * (match.end - match.start - 1)
        canon[match.start : match.end] = [match.label, *rest]
    return replace(clause, canon=tuple(canon)) if tuple(canon) != clause.canon else clause


def _never_done(clause: Clause) -> Said | None:
    """`Nothing is ever deleted`, `entries are never changed`: nobody does."""
    canon = clause.canon
    at = canon.index("be") if "be" in canon[1:] else 0
    if not at or not ("nothing" in canon[:at] or "never" in canon[at + 1 : at + 2]):
        return None
    end = at + 1 + (canon[at + 1 : at + 2] in (("never",), ("ever",)))
    changes = canon[end : end + 1] in _CHANGES
    return _passive(clause, at, at + 1, negated=False) if changes else None


def _public(clause: Clause) -> Said | None:
    """`The results are public`: everyone may see them."""
    canon = clause.canon
    if canon[-2:] != ("be", "public") or clause.negated or len(canon) > 6:
        return None
    return Said("allow", frozenset({EVERYONE}), "read", canon[:-2])


def _sole_doer(clause: Clause) -> Said | None:
    """`Booking telescope time is something only the board may do`."""
    canon = [s for s in clause.canon if s]
    if "only" not in canon[1:] or canon[-1] != "do":
        return None
    at = canon.index("only")
    end = next((i for i in range(at + 1, len(canon)) if canon[i] in {"may", "can", "be"}), 0)
    action = named_action(canon[:at])
    if not end or action is None:
        return None
    rest = [s for s in action[1] if s not in {"something", "what"}]
    return Said("only", actors_of(canon[at + 1 : end]), action[0], rest)


def _modal(clause: Clause, match: Match) -> Said | None:
    canon = clause.canon
    at, negated = match.end, denies(canon[: match.start])
    while at < len(canon) and canon[at] in _SKIPPED:
        negated ^= canon[at] in {"not", "never", "no"}
        at += 1
    phrase = set(canon[match.start : match.end])
    if phrase & {"view", "read", "permiss", "right"} and phrase & {
        "view",
        "read",
        "writ",
        "update",
    }:
        negated ^= "no" in phrase
        action = "update" if phrase & {"writ", "update"} else "read"
        effect = "deny" if negated else "allow"
        return Said(effect, actors_of(canon[: match.start]), action, canon[at:])
    only = bool({"only", "exclusively", "solely"} & set(sole(canon[: at + 2])))
    if at < len(canon) and canon[at] == "be":
        return _passive(clause, match.start, at + 1, negated=negated)
    action = action_of(canon[at], behind_modal=True) if at < len(canon) else ""
    if not action:
        return None
    before = canon[: match.start]
    only = only and _leading_only(sole(before))
    actors = actors_of(before)
    effect = "only" if only else "deny" if negated else "allow"
    return Said(effect, actors, action, canon[at + 1 :])


def _leading_only(before: Sequence[str]) -> bool:
    return any(True for _ in _phrases("only").find(before))


def _passive(clause: Clause, end: int, at: int, *, negated: bool) -> Said | None:
    canon = clause.canon
    skip = {"only", "not", "never", "ever", "exclusively", "solely", "always", "freely", ""}
    while at < len(canon) and canon[at] in skip:
        negated ^= canon[at] in {"not", "never"}
        at += 1
    rest = list(canon[at + 1 :])
    action = action_of(canon[at], behind_modal="by" in rest) if at < len(canon) else ""
    if not action:
        return None
    only = bool({"only", "exclusively", "solely", "alone"} & {*canon[end:], *rest})
    end = min(end, clause.verb) or end
    if "by" in rest:
        by = rest.index("by") + 1
        only |= action in _VERDICTS and bool(_OBLIGING & set(canon[:at]))
        actors = actors_of(rest[by:])
        if {"no", "nobody", "none"} & set(rest[by:]):
            return Said("deny", frozenset({EVERYONE}), action, canon[:end])
        effect = "only" if only else "deny" if negated else "allow"
        return Said(effect, actors, action, canon[:end])
    if negated or {"no", "nothing"} & set(canon[:end]):
        return Said("deny", frozenset({EVERYONE}), action, canon[:end])
    return None


def _restricted(clause: Clause, match: Match) -> Said | None:
    """`Deleting invoices is reserved for admins`."""
    after = clause.canon[match.end :]
    belongs = clause.canon[match.start] in {"belong", "be"} and clause.canon[match.end - 1] in {
        "to", "by"
    }  # fmt: skip
    loose = belongs and {"belong", "held", "hold"} & set(clause.stems[match.start : match.end])
    if loose and "right" not in clause.canon[: match.start]:
        return None
    action = named_action(clause.canon[: match.start])
    if (
        match.start > 1
        and "only" in clause.canon[match.start : match.end]
        and (is_things(clause.tokens, match.start))
    ):
        # `The recordings are only for members`: to see them is.
        action = "read", clause.canon[: match.start]
    if _SEEN & set(clause.canon[match.start : match.end]):
        action = "read", clause.canon[: match.start]
    if action is None and "to" in after:
        # `It is up to the notary alone to sign deeds`.
        action = named_action(after[after.index("to") :])
        after = after[: after.index("to")]
    if action is None:
        return None
    verb, rest = action
    actors = actors_of(after)
    return Said("deny" if clause.negated else "only", actors, verb, rest)


def _denied(clause: Clause, match: Match) -> Said | None:
    """`Guests are forbidden to delete invoices`, `Deleting invoices is forbidden for guests`."""
    canon, after = clause.canon, clause.canon[match.end :]
    modal = canon[match.end - 1] in {"to", "from"}
    action = named_action(after, behind_modal=modal)
    if action and match.start:
        actors = actors_of(canon[: match.start]) or actors_of(
            after[: after.index("to")] if "to" in after else ()
        )
        return Said("deny", actors or frozenset({EVERYONE}), action[0], behind(after, first=modal))
    action = named_action(canon[: match.start])
    if action is None:
        return None
    return Said("deny", actors_of(after) or frozenset({EVERYONE}), *action)


def _visible(clause: Clause, match: Match) -> Said | None:
    """`Prices are not visible to mechanics`, `salaries are hidden from team leads`."""
    canon = clause.canon
    if not match.start or (
        set(canon[:1]) & actions().keys() - {"see", "view", "open"}
        and not is_things(clause.tokens, match.start)
    ):
        return None
    actors = actors_of(canon[match.end :])
    hidden = bool({"hid", "hidden", "invisibl"} & set(canon[match.start : match.end]))
    only = {"only", "exclusively", "solely"} & set(sole(canon))
    effect = "deny" if hidden != clause.negated else "only" if only else "allow"
    subject = canon[: min(match.start, clause.verb) or match.start]
    return Said(effect, actors, "read", subject) if actors else None


def _plain(clause: Clause) -> Said | None:
    """`Admins delete invoices`: a role and a verb without a modal."""
    canon = clause.canon
    if clause.modality not in {Modality.FACT, Modality.NEVER}:
        return None
    for at, stem in enumerate(canon[1:8], start=1):
        if stem in actions() and set(canon[:at]) & words("actors", "roles"):
            actors = actors_of(canon[:at])
            if len(actors) > 3 or "be" in canon[:at] or clause.tokens[at].text.endswith("ed"):
                return None
            denied = denies(canon[:at])
            # `Only users see it`, but `users only see what is theirs`.
            effect = "deny" if denied else "only" if "only" in canon[: at - 1] else "allow"
            return Said(effect, actors, actions()[stem], canon[at + 1 :])
    return None
