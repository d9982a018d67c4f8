"""The manifest of accounts."""

from menon.core.auth import Action
from menon.core.feature import Feature, NavEntry
from menon.features.accounts import routes
from menon.features.accounts.admin_pages import admin
from menon.features.accounts.contexts import frame
from menon.features.accounts.pages import pages
from menon.features.accounts.service import authenticate, subject
from menon.features.accounts.service.cache import open_credentials
from menon.features.accounts.service.passwords import open_passwords
from menon.features.accounts.settings import AccountsSettings

feature = Feature(
    name="accounts",
    routes=(routes.auth, routes.users),
    pages=(pages, admin),
    nav=(
        NavEntry(label="Admin", href="/admin/users", icon="sliders", order=90, action=Action.ADMIN),
    ),
    frame=frame,
    settings=(AccountsSettings,),
    opens=(open_passwords, open_credentials),
    authenticator=authenticate,
    export=subject.export,
    erase=subject.erase,
)
