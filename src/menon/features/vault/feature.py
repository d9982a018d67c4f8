"""The manifest of the vault."""

from menon.core.feature import Feature
from menon.features.vault import service
from menon.features.vault.routes import routes
from menon.features.vault.settings import VaultSettings

feature = Feature(
    name="vault",
    routes=(routes,),
    settings=(VaultSettings,),
    export=service.export,
    erase=service.erase,
)
