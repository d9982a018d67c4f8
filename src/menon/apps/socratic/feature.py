"""From an idea, through questions, to an agreed specification and tested code."""

from menon.apps.socratic import (
    agreement_routes,
    code_pages,
    codebase_routes,
    contexts,
    git_routes,
    pages,
    project_routes,
    session_pages,
    session_routes,
    subject,
)
from menon.apps.socratic.generating import generate
from menon.apps.socratic.proving import prove_again
from menon.apps.socratic.settings import StudioSettings
from menon.core.auth import Action
from menon.core.feature import Feature, NavEntry

feature = Feature(
    name="socratic",
    routes=(
        project_routes.routes,
        session_routes.routes,
        agreement_routes.routes,
        codebase_routes.routes,
        git_routes.routes,
    ),
    pages=(pages.pages, session_pages.pages, code_pages.pages),
    settings=(StudioSettings,),
    jobs=(generate, prove_again),
    export=subject.export,
    erase=subject.erase,
    frame=contexts.frame,
    nav=(
        NavEntry(
            label="Studio",
            href="/projects",
            icon="bounding-box",
            order=42,
            action=Action.PROJECT_VIEW,
        ),
    ),
)
