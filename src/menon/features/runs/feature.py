"""Runs: listed, read, followed, cancelled; and the approvals that they wait for."""

from menon.core.auth import Action
from menon.core.feature import Feature, NavEntry
from menon.features.runs import approval_pages, approval_routes, live_routes, subject
from menon.features.runs.contexts import frame
from menon.features.runs.inbox import open_expiry
from menon.features.runs.pages import pages
from menon.features.runs.routes import routes

feature = Feature(
    name="runs",
    routes=(routes, approval_routes.routes, live_routes.routes, live_routes.live),
    pages=(pages, approval_pages.pages),
    opens=(open_expiry,),
    frame=frame,
    export=subject.export,
    erase=subject.erase,
    nav=(
        NavEntry(
            label="Runs",
            href="/runs",
            icon="activity",
            order=40,
            action=Action.READ,
            also=("/approvals",),
        ),
    ),
)
