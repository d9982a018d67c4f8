"""Workflows: definitions and executions, tasks, schedules, workers."""

from menon.core.auth import Action
from menon.core.events import Subscription
from menon.core.feature import Feature, NavEntry
from menon.core.runs.kinds import RunType
from menon.core.runs.models import RunKind
from menon.features.agents.events import AgentRunEnded
from menon.features.integrations.events import IncomingReceived, QueueBound, QueueMessageAdded
from menon.features.workflows import (
    agent_runs,
    contexts,
    execution_pages,
    incoming,
    pages,
    subject,
    views,
)
from menon.features.workflows.attempts import open_heavy
from menon.features.workflows.jobs import run_definition
from menon.features.workflows.kinds import open_kinds
from menon.features.workflows.routes import routes
from menon.features.workflows.schedules import pages as schedule_pages
from menon.features.workflows.schedules import routes as schedule_routes
from menon.features.workflows.schedules.firing import open_ticker
from menon.features.workflows.schedules.start import start
from menon.features.workflows.settings import WorkflowSettings
from menon.features.workflows.tasks import routes as task_routes
from menon.features.workflows.tasks.job import work
from menon.features.workflows.workers import routes as worker_routes

feature = Feature(
    name="workflows",
    routes=(routes, schedule_routes.routes, task_routes.routes, worker_routes.routes),
    pages=(execution_pages.pages, schedule_pages.pages, pages.pages),
    settings=(WorkflowSettings,),
    opens=(open_kinds, open_heavy, open_ticker(start)),
    jobs=(run_definition, work),
    subscriptions=(
        Subscription(
            event_type=IncomingReceived, name="workflows.incoming", handler=incoming.on_message
        ),
        Subscription(
            event_type=QueueMessageAdded, name="workflows.queues", handler=incoming.on_queue
        ),
        Subscription(event_type=QueueBound, name="workflows.bound", handler=incoming.on_bound),
        Subscription(
            event_type=AgentRunEnded, name="workflows.agents", handler=agent_runs.on_ended
        ),
    ),
    run_kinds=(RunType(kind=RunKind.WORKFLOW, snapshot=views.snapshot),),
    export=subject.export,
    erase=subject.erase,
    frame=contexts.frame,
    startable=contexts.startable,
    nav=(
        NavEntry(
            label="Workflows",
            href="/workflows",
            icon="signpost-split",
            order=35,
            action=Action.READ,
        ),
    ),
)
