"""From an idea, through questions, to an agreed specification and tested code."""

from menon.apps.socratic import subject
from menon.apps.socratic.agreements import pages as agreement_pages
from menon.apps.socratic.agreements import routes as agreement_routes
from menon.apps.socratic.codebases import pages as codebase_pages
from menon.apps.socratic.codebases import routes as codebase_routes
from menon.apps.socratic.codebases.generating import generate
from menon.apps.socratic.codebases.proving import prove_again
from menon.apps.socratic.git import routes as git_routes
from menon.apps.socratic.projects import contexts
from menon.apps.socratic.projects import pages as project_pages
from menon.apps.socratic.projects import routes as project_routes
from menon.apps.socratic.sessions import pages as session_pages
from menon.apps.socratic.sessions import routes as session_routes
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
    pages=(
        project_pages.pages,
        session_pages.pages,
        agreement_pages.pages,
        codebase_pages.pages,
    ),
    settings=(StudioSettings,),
    jobs=(generate, prove_again),
    export=subject.export,
    erase=subject.erase,
    frame=contexts.frame,
    steps=contexts.steps,
    find=contexts.find,
    nav=(
        NavEntry(
            label="Studio",
            href="/projects",
            icon="bounding-box",
            order=42,
            action=Action.PROJECT_VIEW,
            also=("/sessions", "/specifications", "/codebases"),
        ),
    ),
)
