"""The step that uses a tool of the agents' toolbox, with the caller's rights, under the policy.

Its arguments are filled with what other steps said, which may be a stranger's words: what the
policy would ask a person about is refused here. An agent step waits for people.
"""

from typing import Any, cast

import msgspec

from menon.core.auth import Principal
from menon.core.errors import Forbidden, NotFound, ToolError
from menon.core.runtime import Runtime
from menon.engine.steps.step import Config, StepContext, step
from menon.engine.tools.passages import Passages
from menon.engine.tools.policy import Outcome, Policy
from menon.engine.tools.tool import Tool, ToolContext, ToolFailed, ToolRetry
from menon.features.agents.policy.preflight import judged
from menon.features.agents.settings import AgentSettings
from menon.features.agents.tools.toolbox import Toolbox


class ToolConfig(Config, frozen=True, kw_only=True):
    """Which tool, with which arguments."""

    tool: str
    arguments: dict[str, Any] = msgspec.field(default_factory=dict[str, Any])
    collections: list[str] = msgspec.field(default_factory=list[str])
    """Where tools that search look; everywhere the caller may read where it is empty."""


@step("tool")
async def tool(context: StepContext, config: ToolConfig) -> Any:
    """Use a tool that agents have, with arguments that are written down."""
    runtime = cast("Runtime", context.runtime)
    world = ToolContext(
        run=context.run_id,
        who=context.who,
        runtime=runtime,
        scope={"collections": tuple(config.collections), "filters": {}},
        clock=runtime.clock,
    )
    who = cast("Principal", context.who)
    found = await _named(runtime, who, config.tool)
    _authorized(runtime, who, found, config.arguments)
    try:
        result = await found.call(world, config.arguments)
    except (ToolRetry, ToolFailed) as error:
        raise ToolError(str(error)) from error
    if isinstance(result, Passages):
        return {"passages": msgspec.to_builtins(result.passages), "note": result.note}
    return msgspec.to_builtins(result, str_keys=True, enc_hook=str)


async def _named(runtime: Runtime, who: Principal, name: str) -> Tool:
    toolbox = runtime[Toolbox]
    if found := await toolbox.find(who, [name]):
        return found[0]
    known = ", ".join(sorted(tool.name for tool in toolbox))
    raise NotFound(f"There is no tool {name!r} that you may use; installed are {known}.")


def _authorized(runtime: Runtime, who: Principal, tool: Tool, args: dict[str, Any]) -> None:
    policy = Policy(operator=runtime.settings[AgentSettings].rules)
    decision = judged(who, tool, args, policy, tainted=True)
    if decision.outcome is Outcome.ASK:
        raise Forbidden(
            f"{tool.name!r} needs a person's approval, for which a tool step cannot wait;"
            " let an agent step call it."
        )
    if decision.outcome is Outcome.DENY:
        raise Forbidden(f"{tool.name!r} may not be used like this: {decision.why}")
