"""Agents as tools of their own: a model finds them without asking for the list first."""

from menon.core.auth import Action, Principal, Reach, reach
from menon.core.http import Page
from menon.core.runtime import Runtime
from menon.features.agents import service as agents
from menon.features.mcp import asking, rules
from menon.features.mcp.arguments import AskArgs, MessageArgs
from menon.features.mcp.offered import Call, Offer, Questions
from menon.features.mcp.schemas import Answer
from menon.features.mcp.settings import McpSettings


async def offers(runtime: Runtime, who: Principal) -> list[Offer]:
    """The tools for the newest agents that somebody may ask; one's own before a namesake.

    The built-in ones are asked by `ask_agent`.
    """
    most = runtime.settings[McpSettings].agent_tools
    if not most or reach(who, Action.CHAT) is Reach.NONE:
        return []
    found = await agents.listing(runtime, who, Page(most), active_only=True)
    listed: dict[str, Offer] = {}
    others = [agent for agent in found.items if not agent.is_builtin]
    for agent in sorted(others, key=lambda each: not each.is_mine):
        if (made := _offer(agent.slug, agent.name, agent.description)) is not None:
            listed.setdefault(made.name, made)
    return list(listed.values())


def offer_of(tool: str) -> Offer | None:
    """The tool of this name, whoever may use it; asking tells who may not."""
    agent = rules.agent_of(tool)
    return _offer(agent, agent, "") if agent else None


def _offer(slug: str, name: str, description: str) -> Offer | None:
    tool = rules.agent_tool(slug)
    if tool is None:
        return None

    async def ask(call: Call, args: MessageArgs) -> Answer | Questions:
        return await asking.ask(call, AskArgs(agent=slug, message=args.message))

    return Offer(
        name=tool,
        title=name,
        description=rules.about_agent(name, description),
        action=Action.CHAT,
        takes=MessageArgs,
        gives=Answer,
        function=ask,
        reads=False,
        shown=rules.shown_answer,
    )
