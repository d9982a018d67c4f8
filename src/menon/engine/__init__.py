"""Thinks, and talks to the outside; knows no table and no route."""
