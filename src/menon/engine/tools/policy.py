"""Whether a tool call may run: pure rules over the call, the context and what was allowed before.

a rule forbids it                               deny
it began before and nobody knows how it ended   ask
a rule says `once`                              ask
it only reads                                   allow
a rule says `always`, or somebody allowed it    allow; in a tainted context only where the rule
                                                says so, or exactly these arguments were allowed
otherwise                                       ask
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any, cast

import msgspec

from menon.engine.tools.tool import Effect
from menon.kit.digest import json_digest


class Verdict(StrEnum):
    """What a rule says of the calls that it fits."""

    ALWAYS = "always"
    """They run without asking."""
    ONCE = "once"
    """Somebody is asked each time."""
    DENY = "deny"
    """They never run."""


class Outcome(StrEnum):
    """What happens to a call."""

    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"


class Rule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of a policy; the first that fits a call decides."""

    verdict: Verdict
    tool: str = "*"
    """A pattern of names: `*`, `mail_*`."""
    effect: Effect | None = None
    """Only calls with this effect; any where it is left out."""
    args: dict[str, str] = msgspec.field(default_factory=dict[str, str])
    """Patterns by argument, inner ones by their path: `url`, `options.to`. All must fit."""
    even_if_tainted: bool = False
    """With `always`: also while text of strangers stands in the context."""
    reason: str = ""
    """Told to people, and to the model where the rule forbids."""


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What somebody allowed for more than one call."""

    tool: str
    args: Mapping[str, str] = field(default_factory=dict[str, str])
    """Patterns by argument; any arguments where it is empty. They count in a clean context only."""
    args_hash: str = ""
    """Exactly these arguments, in any context."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What holds for the calls of one run."""

    rules: tuple[Rule, ...] = ()
    """Of the agent."""
    lenient: bool = True
    """Whether the agent's `always` counts: whoever wrote it answers for what is done with it."""
    operator: tuple[Rule, ...] = ()
    """Of the operator, for every agent: they make it stricter, never more lenient."""
    grants: tuple[Grant, ...] = ()
    """They stand in for a missing rule, and never lift one."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A call that is to run."""

    tool: str
    effect: Effect
    args: Mapping[str, Any]
    tainted: bool = False
    """Text of strangers stands in the context that made the call."""
    begun: bool = False
    """The same call began before, and may have been carried out."""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What happens to a call, and why."""

    outcome: Outcome
    why: str
    may_remember: bool = False
    """Whether a yes to it may count for later calls too."""


def decide(asked: Asked, policy: Policy) -> Decision:
    """What happens to a call."""
    own = _first(asked, policy.rules)
    above = _first(asked, policy.operator)
    for rule in (above, own):
        if rule is not None and rule.verdict is Verdict.DENY:
            return Decision(outcome=Outcome.DENY, why=rule.reason or "The policy forbids it.")
    effect = asked.effect is not Effect.READ
    if asked.begun and effect:
        return _ask("It began before, and may have been done already.")
    for rule in (above, own):
        if rule is not None and rule.verdict is Verdict.ONCE:
            return _ask(rule.reason or "The policy asks each time.")
    if not effect:
        return _allow("It only reads.")
    return _effect(asked, policy, own if policy.lenient else None)


def forbidden(tool: str, effect: Effect, policy: Policy) -> bool:
    """Whether no call of a tool can run, so that it need not be shown to a model."""
    return any(_shuts(tool, effect, rules) for rules in (policy.operator, policy.rules))


def _effect(asked: Asked, policy: Policy, always: Rule | None) -> Decision:
    if always is not None and (always.even_if_tainted or not asked.tainted):
        return _allow(always.reason or "The policy allows it.")
    if any(_covers(grant, asked) for grant in policy.grants):
        return _allow("It was allowed before.")
    if asked.tainted:
        why = "Text from outside was read before it; the wish may not be yours."
        return _ask(why, may_remember=True)
    return _ask(f"It has the effect {asked.effect.value!r}.", may_remember=True)


def _covers(grant: Grant, asked: Asked) -> bool:
    if grant.tool != asked.tool:
        return False
    if grant.args_hash:
        return grant.args_hash == json_digest(dict(asked.args))
    return not asked.tainted and _fits_all(grant.args, asked.args, every=True)


def _first(asked: Asked, rules: Sequence[Rule]) -> Rule | None:
    return next((rule for rule in rules if _fits(rule, asked)), None)


def _fits(rule: Rule, asked: Asked) -> bool:
    if not _names(rule, asked.tool, asked.effect):
        return False
    # Of several values all must be allowed, and one is enough to ask for or to forbid.
    return _fits_all(rule.args, asked.args, every=rule.verdict is Verdict.ALWAYS)


def _names(rule: Rule, tool: str, effect: Effect) -> bool:
    return rule.effect in {None, effect} and fnmatchcase(tool, rule.tool)


def _shuts(tool: str, effect: Effect, rules: Sequence[Rule]) -> bool:
    for rule in rules:
        if _names(rule, tool, effect):
            if not rule.args:
                return rule.verdict is Verdict.DENY
            if rule.verdict is not Verdict.DENY:
                return False
    return False


def _fits_all(patterns: Mapping[str, str], args: Mapping[str, Any], *, every: bool) -> bool:
    return all(_match(pattern, args, path, every=every) for path, pattern in patterns.items())


def _match(pattern: str, args: Mapping[str, Any], path: str, *, every: bool) -> bool:
    found = [
        value is not None and fnmatchcase(_text(value), pattern)
        for value in _values(args, path.split("."))
    ]
    return bool(found) and (all(found) if every else any(found))


def _values(value: Any, path: Sequence[str]) -> Iterator[Any]:
    """What stands at a path, of each item of a list; None where nothing does."""
    if isinstance(value, list):
        for item in cast("list[Any]", value):
            yield from _values(item, path)
    elif not path:
        yield value
    elif isinstance(value, Mapping):
        yield from _values(cast("Mapping[str, Any]", value).get(path[0]), path[1:])
    else:
        yield None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _allow(why: str) -> Decision:
    return Decision(outcome=Outcome.ALLOW, why=why)


def _ask(why: str, *, may_remember: bool = False) -> Decision:
    return Decision(outcome=Outcome.ASK, why=why, may_remember=may_remember)
