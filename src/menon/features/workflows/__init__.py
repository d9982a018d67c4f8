"""Workflows: declared graphs of steps, run as durable work; tasks and schedules beside them."""
