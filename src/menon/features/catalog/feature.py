"""The manifest of the catalog of models."""

from menon.core.events import Subscription
from menon.core.feature import Feature
from menon.engine.llm.settings import ModelSettings
from menon.features.catalog import routes, service
from menon.features.catalog.contexts import frame
from menon.features.catalog.pages import pages
from menon.features.integrations.events import BackendChanged

feature = Feature(
    name="catalog",
    routes=(routes.models, routes.ollama),
    pages=(pages,),
    frame=frame,
    settings=(ModelSettings,),
    opens=(service.open_models,),
    jobs=(service.pulling,),
    subscriptions=(
        Subscription(
            event_type=BackendChanged, name="catalog.backends", handler=service.look_again
        ),
    ),
    export=service.export,
    erase=service.erase,
)
