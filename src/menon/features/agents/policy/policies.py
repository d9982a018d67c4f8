"""Units on the policy of a run: the agent's rules, and what its user has allowed for good."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

import msgspec
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from menon.core.auth import Action, Principal, Reach, reach
from menon.core.errors import InvalidInput
from menon.engine.tools.policy import Grant, Policy, Rule, Verdict, forbidden
from menon.engine.tools.tool import Effect, Taint, Tool
from menon.features.accounts import service as accounts
from menon.features.agents.defined import Defined
from menon.features.agents.policy.models import ToolGrant
from menon.features.agents.schemas import Configuration
from menon.features.agents.tools.toolbox import Toolbox
from menon.features.runs.approvals import Decision

_GRANTS = select(ToolGrant.tool, ToolGrant.args_hash, ToolGrant.exact).where(
    ToolGrant.user_id == bindparam("user"), ToolGrant.agent_id == bindparam("agent")
)


def of_agent(session: Session, who: Principal, agent: Defined) -> Policy:
    """What holds for somebody's runs of an agent."""
    rules = tuple(msgspec.convert(agent.policy, list[Rule]))
    return Policy(
        rules=rules,
        lenient=_answers(session, who, agent, rules),
        grants=_grants(session, who, agent) if agent.granted else (),
    )


def also(policy: Policy, decisions: Sequence[Decision]) -> Policy:
    """The policy with what was allowed for the rest of the run."""
    more = (granted(each.tool, each.args_hash, exact=each.tainted) for each in decisions)
    return replace(policy, grants=(*policy.grants, *more))


def granted(tool: str, args_hash: str, *, exact: bool) -> Grant:
    """A grant as the engine reads it."""
    return Grant(tool=tool, args_hash=args_hash if exact else "")


def usable(who: Principal, tools: Sequence[Tool], policy: Policy) -> tuple[Tool, ...]:
    """The tools that somebody may use at all; a model is not shown the others."""
    may_act = reach(who, Action.RUN) is not Reach.NONE
    return tuple(
        tool
        for tool in tools
        if (may_act or tool.effect is Effect.READ) and not forbidden(tool.name, tool.effect, policy)
    )


def check(toolbox: Toolbox, configuration: Configuration) -> None:
    """Refuse rules that name no tool: a rule with a slip in it would forbid nothing.

    Raises:
        InvalidInput: with the place of each.
    """
    names = {*configuration.tools, *(tool.name for tool in toolbox)}
    errors = [
        {
            "pointer": f"/configuration/policy/{place}/tool",
            "detail": f"{rule.tool!r} fits no tool that the agent has or that is installed",
        }
        for place, rule in enumerate(configuration.policy)
        if not any(fnmatchcase(name, rule.tool) for name in names)
    ]
    if errors:
        raise InvalidInput(f"A rule of the policy {errors[0]['detail']}.", errors=errors)


def tainting(toolbox: Toolbox, names: Iterable[str]) -> bool:
    """Whether what was said with these tools may repeat a stranger; of one that is gone, too."""
    known = {tool.name: tool.taint for tool in toolbox}
    return any(known.get(name) is not Taint.NEVER for name in names)


def _grants(session: Session, who: Principal, agent: Defined) -> tuple[Grant, ...]:
    rows = session.execute(_GRANTS, {"user": who.user_id, "agent": agent.id})
    return tuple(granted(row.tool, row.args_hash, exact=row.exact) for row in rows)


def _answers(session: Session, who: Principal, agent: Defined, rules: Sequence[Rule]) -> bool:
    """Whether the author of an agent may have others act without being asked.

    Its tools act with the rights of whoever runs it: only what they wrote themselves, or an
    administrator did, acts unasked.
    """
    if all(rule.verdict is not Verdict.ALWAYS for rule in rules):
        return True
    if agent.is_builtin or agent.owner_id == who.user_id:
        return True
    author = accounts.active(session, [agent.owner_id]).get(agent.owner_id)
    return author is not None and author.is_admin
