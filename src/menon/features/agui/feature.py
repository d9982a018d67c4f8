"""Agents by AG-UI 1.0, for components of other people's pages."""

from menon.core.feature import Feature
from menon.features.agui.routes import routes

feature = Feature(name="agui", routes=(routes,))
