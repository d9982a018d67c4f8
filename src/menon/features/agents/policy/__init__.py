"""What an agent may do without asking: rules, grants, and effects written down."""
