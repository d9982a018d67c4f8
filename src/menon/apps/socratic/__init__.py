"""From an idea, through questions, to an agreed specification and tested code."""
