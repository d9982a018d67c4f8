"""Agent2Agent: agents for other people's agents, with a card, tasks and contexts."""
