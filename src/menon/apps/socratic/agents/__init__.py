"""The agents of the studio: what can be done on its pages, as actions that are asked for."""
