"""Agents by A2A 1.0, for other people's agents; needs the extra `a2a`."""

from menon.core.auth import Action
from menon.core.feature import Feature
from menon.features.a2a.routes import routes
from menon.features.a2a.settings import A2aSettings

feature = Feature(
    name="a2a",
    routes=(routes,),
    settings=(A2aSettings,),
    offers=(
        ("A2A", "SendMessage", Action.CHAT),
        ("A2A", "SendStreamingMessage", Action.CHAT),
        ("A2A", "GetTask", Action.READ),
        ("A2A", "ListTasks", Action.READ),
        ("A2A", "CancelTask", Action.CHAT),
        ("A2A", "SubscribeToTask", Action.READ),
        ("A2A", "GetExtendedAgentCard", Action.READ),
    ),
)
