"""The manifest of the monitor."""

from menon.core.feature import Feature
from menon.features.monitor.agent import agent
from menon.features.monitor.routes import api, root
from menon.features.monitor.service import open_readiness
from menon.features.monitor.settings import AlertSettings

feature = Feature(
    name="monitor",
    settings=(AlertSettings,),
    routes=(root, api),
    opens=(open_readiness,),
    agents=(agent,),
)
"""`/health`, `/ready`, `/metrics`."""
