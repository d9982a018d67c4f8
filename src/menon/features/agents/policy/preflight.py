"""The look before a call: what policy, rights and schema would say, without calling anything."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from menon.core.auth import Action, Principal, Reach, reach
from menon.core.runtime import Runtime
from menon.engine.tools.policy import Asked, Decision, Outcome, Policy, decide
from menon.engine.tools.tool import Effect, Tool, ToolRetry
from menon.features.agents.policy.schemas import PreflightIn, PreflightOut
from menon.features.agents.service import definition
from menon.features.agents.settings import AgentSettings
from menon.features.agents.tools.toolbox import Toolbox
from menon.kit.digest import json_digest
from menon.kit.text import storable_json


async def look(runtime: Runtime, who: Principal, body: PreflightIn) -> PreflightOut:
    """What would happen to a call of an agent, or of a tool by itself.

    Raises:
        NotFound: there is no such agent.
        Conflict: it is switched off.
    """
    policy, names = Policy(), [body.tool]
    if body.agent is not None:
        agent = await runtime.db.read(definition, who, body.agent)
        policy = agent.policy
        names = [name for name in agent.tools if name == body.tool]
    policy = replace(policy, operator=runtime.settings[AgentSettings].rules)
    args = storable_json(body.args)
    offer = (await runtime[Toolbox].look(who, names)).get(body.tool) if names else None
    tool = offer.tool if offer else None
    problems = [] if tool is None else wrong(tool, args)
    decision = judged(who, tool, args, policy, problems=problems, tainted=body.tainted)
    if offer is not None and offer.reason:
        decision = Decision(outcome=Outcome.DENY, why=offer.reason)
    return PreflightOut(
        tool=body.tool,
        effect=None if tool is None else tool.effect,
        outcome=decision.outcome,
        why=decision.why,
        may_remember=decision.may_remember,
        problems=problems,
        args_hash=json_digest(args),
    )


def judged(
    who: Principal,
    tool: Tool | None,
    args: dict[str, Any],
    policy: Policy,
    *,
    problems: Sequence[str] = (),
    tainted: bool = False,
) -> Decision:
    """What happens to a call: rights first, then whether it can be made, then the policy.

    Args:
        who: whose rights it would have.
        tool: None where there is none of the name.
        args: of the call.
        policy: what holds for it.
        problems: what is wrong with the arguments.
        tainted: whether the words of a stranger stand in the context that wants it.
    """
    if tool is None:
        return Decision(outcome=Outcome.DENY, why="There is no such tool here.")
    if tool.effect is not Effect.READ and reach(who, Action.RUN) is Reach.NONE:
        return Decision(outcome=Outcome.DENY, why="Tools that do more need the right 'run'.")
    if problems:
        return Decision(outcome=Outcome.DENY, why="The arguments do not fit.")
    asked = Asked(tool=tool.name, effect=tool.effect, args=args, tainted=tainted)
    return decide(asked, policy)


def wrong(tool: Tool, args: dict[str, Any]) -> list[str]:
    """What is wrong with the arguments of a call, a sentence each."""
    try:
        tool.fit(args)
    except ToolRetry as error:
        return [str(error)]
    return []
