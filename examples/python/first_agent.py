"""A first agent: it needs no key and no server, and says who answered."""

from menon import Agent

agent = Agent("Guide", "You help people to find their way.")
result = agent.run_sync("Hello!")
print(result.model)
