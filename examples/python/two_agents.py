"""Two agents, found by what they can do."""

import asyncio

from menon import Agent, Orchestrator, document_search

counter = Agent("Counter", tools=["calculator"], capabilities=["calculate"])
clerk = Agent(
    "Clerk",
    tools=[
        document_search(texts={"leave.md": "# Leave\n\nEverybody has 25 days of leave a year."})
    ],
    capabilities=["look_up"],
)
org = Orchestrator([counter, clerk])


async def main() -> None:
    print(dict(org.capabilities))
    result = await org.route(capability="look_up", message="How many days of leave do I have?")
    print(result.agent, "says:", result.text)


asyncio.run(main())
