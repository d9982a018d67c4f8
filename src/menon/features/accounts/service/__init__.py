"""What accounts does: `from menon.features.accounts import service as accounts`."""

from menon.features.accounts.service.acting import acting_as, scopes_of
from menon.features.accounts.service.first_user import Bootstrap, bootstrap, new_password
from menon.features.accounts.service.keys import (
    create_key,
    create_key_for_days,
    list_keys,
    revoke_key,
    update_key,
)
from menon.features.accounts.service.operator import (
    all_keys,
    all_users,
    create_key_of,
    create_user_of,
    principal_named,
    revoke_key_of,
    set_password_named,
)
from menon.features.accounts.service.own import (
    change_password,
    me,
    register,
    set_password,
    set_password_of,
    update_profile,
)
from menon.features.accounts.service.persons import erase_person, export_person
from menon.features.accounts.service.resolve import active, authenticate, principal_of_key
from menon.features.accounts.service.sign_in import login, login_browser, logout
from menon.features.accounts.service.tokens import refresh
from menon.features.accounts.service.users import (
    create_user,
    deactivate_user,
    get_user,
    get_user_named,
    last_seen,
    list_users,
    roles,
    set_roles,
    update_user,
)

__all__ = [
    "Bootstrap",
    "acting_as",
    "active",
    "all_keys",
    "all_users",
    "authenticate",
    "bootstrap",
    "change_password",
    "create_key",
    "create_key_for_days",
    "create_key_of",
    "create_user",
    "create_user_of",
    "deactivate_user",
    "erase_person",
    "export_person",
    "get_user",
    "get_user_named",
    "last_seen",
    "list_keys",
    "list_users",
    "login",
    "login_browser",
    "logout",
    "me",
    "new_password",
    "principal_named",
    "principal_of_key",
    "refresh",
    "register",
    "revoke_key",
    "revoke_key_of",
    "roles",
    "scopes_of",
    "set_password",
    "set_password_named",
    "set_password_of",
    "set_roles",
    "update_key",
    "update_profile",
    "update_user",
]
