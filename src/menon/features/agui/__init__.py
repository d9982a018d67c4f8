"""The Agent-User Interaction Protocol: agents behind the components of other people's pages."""
