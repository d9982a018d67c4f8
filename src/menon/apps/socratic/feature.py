"""From an idea, through questions, to an agreed specification and tested code."""

from menon.apps.socratic import (
    agreement_models,
    agreement_routes,
    codebase_models,
    project_routes,
    session_models,
)
from menon.apps.socratic.settings import StudioSettings
from menon.core.feature import Feature

_TABLES = (agreement_models, codebase_models, session_models)

feature = Feature(
    name="socratic",
    routes=(project_routes.routes, agreement_routes.routes),
    settings=(StudioSettings,),
)
