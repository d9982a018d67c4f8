"""An agent with a tool: the offline engine calls it, and so would any language model."""

from menon import Agent

agent = Agent("Counter", "You calculate.", tools=["calculator"])
print(agent.run_sync("What is 15 * 23?").text)
