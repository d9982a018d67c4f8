"""Whether a call may run, as tables of cases."""

from typing import Any

import pytest

from menon.engine.tools.policy import (
    Asked,
    Grant,
    Outcome,
    Policy,
    Rule,
    Verdict,
    decide,
    forbidden,
)
from menon.engine.tools.tool import Effect
from menon.kit.digest import json_digest

ALLOW, ASK, DENY = Outcome.ALLOW, Outcome.ASK, Outcome.DENY
ARGS = {"to": "ann@example.org", "options": {"copy": ["bob@example.org", "eve@evil.example"]}}
ALWAYS = Rule(verdict=Verdict.ALWAYS)
ALWAYS_TAINTED = Rule(verdict=Verdict.ALWAYS, even_if_tainted=True)
ONCE = Rule(verdict=Verdict.ONCE)
NEVER = Rule(verdict=Verdict.DENY)


def asked(**given: Any) -> Asked:
    known: dict[str, Any] = {"tool": "send_mail", "effect": Effect.EGRESS, "args": ARGS}
    return Asked(**(known | given))


def policy(*rules: Rule, **given: Any) -> Policy:
    return Policy(rules=rules, **given)


@pytest.mark.parametrize(
    ("effect", "outcome"),
    [(Effect.READ, ALLOW), (Effect.WRITE, ASK), (Effect.EGRESS, ASK), (Effect.EXEC, ASK)],
)
@pytest.mark.parametrize("tainted", [False, True])
def test_without_rules_reading_is_allowed_and_effects_are_asked_for(
    effect: Effect, outcome: Outcome, *, tainted: bool
):
    decision = decide(asked(effect=effect, tainted=tainted), Policy())
    assert (decision.outcome, decision.may_remember) == (outcome, outcome is ASK)


@pytest.mark.parametrize(
    ("rules", "clean", "tainted"),
    [
        ((ALWAYS,), ALLOW, ASK),
        ((ALWAYS_TAINTED,), ALLOW, ALLOW),
        ((ONCE,), ASK, ASK),
        ((NEVER,), DENY, DENY),
        ((ALWAYS, NEVER), ALLOW, ASK),
        ((NEVER, ALWAYS_TAINTED), DENY, DENY),
        ((ONCE, ALWAYS_TAINTED), ASK, ASK),
        ((Rule(verdict=Verdict.ALWAYS, tool="send_*"),), ALLOW, ASK),
        ((Rule(verdict=Verdict.ALWAYS, tool="read_*"),), ASK, ASK),
        ((Rule(verdict=Verdict.ALWAYS, tool="SEND_MAIL"),), ASK, ASK),
        ((Rule(verdict=Verdict.DENY, effect=Effect.EGRESS),), DENY, DENY),
        ((Rule(verdict=Verdict.DENY, effect=Effect.EXEC),), ASK, ASK),
    ],
)
def test_the_first_rule_that_fits_decides(
    rules: tuple[Rule, ...], clean: Outcome, tainted: Outcome
):
    assert decide(asked(), policy(*rules)).outcome is clean
    assert decide(asked(tainted=True), policy(*rules)).outcome is tainted


@pytest.mark.parametrize(
    ("patterns", "always", "deny"),
    [
        ({"to": "ann@example.org"}, ALLOW, DENY),
        ({"to": "*@example.org"}, ALLOW, DENY),
        ({"to": "*@evil.example"}, ASK, ASK),
        ({"to": "*@example.org", "subject": "*"}, ASK, ASK),  # absent
        ({"to": "*", "options.copy": "*@example.org"}, ASK, DENY),  # of several values one fits
        ({"options.copy": "*@*"}, ALLOW, DENY),
        ({"options.copy": "eve@*"}, ASK, DENY),
        ({"options.other": "*"}, ASK, ASK),
        ({"to.deeper": "*"}, ASK, ASK),
        ({"options": '{"copy":*'}, ALLOW, DENY),  # what is no text is matched as JSON
    ],
)
def test_patterns_of_arguments(patterns: dict[str, str], always: Outcome, deny: Outcome):
    for verdict, outcome in ((Verdict.ALWAYS, always), (Verdict.DENY, deny)):
        rule = Rule(verdict=verdict, tool="send_mail", args=patterns)
        assert decide(asked(), policy(rule)).outcome is outcome


@pytest.mark.parametrize(
    ("args", "pattern", "outcome"),
    [
        ({"n": 12}, {"n": "12"}, ALLOW),
        ({"n": True}, {"n": "true"}, ALLOW),
        ({"n": None}, {"n": "*"}, ASK),
        ({"n": []}, {"n": "*"}, ASK),
        ({"n": [{"to": "a"}, {"to": "b"}]}, {"n.to": "a"}, ASK),
        ({"n": [{"to": "a"}, {"to": "a"}]}, {"n.to": "a"}, ALLOW),
        ({"n": [{"to": "a"}, {}]}, {"n.to": "a"}, ASK),
        ({"n": "a\nb"}, {"n": "a*"}, ALLOW),
    ],
)
def test_values_of_every_kind_are_matched(
    args: dict[str, Any], pattern: dict[str, str], outcome: Outcome
):
    rule = Rule(verdict=Verdict.ALWAYS, args=pattern)
    assert decide(asked(args=args), policy(rule)).outcome is outcome


@pytest.mark.parametrize(
    ("own", "above", "outcome"),
    [
        ((ALWAYS_TAINTED,), (ONCE,), ASK),
        ((ALWAYS_TAINTED,), (NEVER,), DENY),
        ((NEVER,), (ONCE,), DENY),
        ((ONCE,), (), ASK),
        ((), (ALWAYS_TAINTED,), ASK),
        ((ALWAYS,), (Rule(verdict=Verdict.DENY, tool="other"),), ALLOW),
    ],
)
def test_the_operator_can_only_be_stricter(
    own: tuple[Rule, ...], above: tuple[Rule, ...], outcome: Outcome
):
    assert decide(asked(), Policy(rules=own, operator=above)).outcome is outcome


def test_always_of_somebody_elses_agent_does_not_count():
    for rules in ((ALWAYS,), (ALWAYS_TAINTED,)):
        decision = decide(asked(), Policy(rules=rules, lenient=False))
        assert (decision.outcome, decision.may_remember) == (ASK, True)
    assert decide(asked(), Policy(rules=(NEVER,), lenient=False)).outcome is DENY


@pytest.mark.parametrize(
    ("grant", "clean", "tainted"),
    [
        (Grant(tool="send_mail"), ALLOW, ASK),
        (Grant(tool="send_mail", args={"to": "*@example.org"}), ALLOW, ASK),
        (Grant(tool="send_mail", args={"to": "*@elsewhere.example"}), ASK, ASK),
        (Grant(tool="send_mail", args_hash=json_digest(ARGS)), ALLOW, ALLOW),
        (Grant(tool="send_mail", args_hash=json_digest({"to": "eve"})), ASK, ASK),
        (Grant(tool="send_*"), ASK, ASK),
        (Grant(tool="other", args_hash=json_digest(ARGS)), ASK, ASK),
    ],
)
def test_what_was_allowed_before(grant: Grant, clean: Outcome, tainted: Outcome):
    given = Policy(grants=(grant,))
    assert decide(asked(), given).outcome is clean
    assert decide(asked(tainted=True), given).outcome is tainted


@pytest.mark.parametrize("rule", [ONCE, NEVER])
@pytest.mark.parametrize("above", [False, True])
def test_what_was_allowed_before_lifts_no_rule(rule: Rule, *, above: bool):
    grants = (Grant(tool="send_mail"), Grant(tool="send_mail", args_hash=json_digest(ARGS)))
    none: tuple[Rule, ...] = ()
    rules, operator = (none, (rule,)) if above else ((rule,), none)
    given = Policy(rules=rules, operator=operator, grants=grants)
    decision = decide(asked(), given)
    assert decision.outcome is (ASK if rule is ONCE else DENY)
    assert not decision.may_remember


@pytest.mark.parametrize("rule", [ALWAYS, ALWAYS_TAINTED])
def test_an_effect_that_began_before_is_asked_for_whatever_allows_it(rule: Rule):
    given = policy(rule, grants=(Grant(tool="send_mail"),))
    decision = decide(asked(begun=True), given)
    assert (decision.outcome, decision.may_remember) == (ASK, False)
    assert "already" in decision.why
    assert decide(asked(begun=True), policy(NEVER)).outcome is DENY
    assert decide(asked(begun=True, effect=Effect.READ), given).outcome is ALLOW


def test_a_rule_may_ask_for_reading_too():
    assert decide(asked(effect=Effect.READ), policy(ONCE)).outcome is ASK
    assert decide(asked(effect=Effect.READ), policy(NEVER)).outcome is DENY


def test_the_reason_of_a_rule_is_told():
    for verdict in (Verdict.DENY, Verdict.ONCE):
        rule = Rule(verdict=verdict, reason="Mails are sacred.")
        assert decide(asked(), policy(rule)).why == "Mails are sacred."


@pytest.mark.parametrize(
    ("rules", "shut"),
    [
        ((), False),
        ((NEVER,), True),
        ((Rule(verdict=Verdict.DENY, args={"to": "x"}),), False),
        ((Rule(verdict=Verdict.DENY, args={"to": "x"}), NEVER), True),
        ((Rule(verdict=Verdict.ALWAYS, args={"to": "x"}), NEVER), False),
        ((ONCE, NEVER), False),
        ((Rule(verdict=Verdict.DENY, tool="other"),), False),
        ((Rule(verdict=Verdict.DENY, effect=Effect.EGRESS),), True),
    ],
)
def test_a_tool_that_can_never_run_need_not_be_shown(rules: tuple[Rule, ...], *, shut: bool):
    assert forbidden("send_mail", Effect.EGRESS, policy(*rules)) is shut
    assert forbidden("send_mail", Effect.EGRESS, Policy(operator=rules)) is shut
