"""Wire shapes of accounts."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from menon.core.auth import Action, Role, Scope
from menon.core.http import Wire

Username = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=2,
        max_length=64,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
    ),
]
Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_lower=True,
        max_length=254,
        pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$",
    ),
]
Password = Annotated[str, StringConstraints(max_length=1024)]
"""Any text that may be hashed; the rules for a fresh password are in `rules.lacking`."""
DisplayName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]
KeyName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Roles = Annotated[list[Role], Field(min_length=1, max_length=4)]
Scopes = Annotated[list[Scope], Field(min_length=1, max_length=5)]
Notes = Annotated[str, StringConstraints(max_length=2000)]


class LoginIn(Wire):
    """A user name or email address, and the password."""

    username: Annotated[str, StringConstraints(strip_whitespace=True, max_length=254)]
    password: Password


class LoginForm(LoginIn):
    """The same as an OAuth 2.0 password form."""

    grant_type: Literal["password", ""] = "password"


class LoginPageIn(LoginIn):
    """The sign-in page's form: where to go afterwards stands beside it."""

    next: Annotated[str, StringConstraints(max_length=2000)] = ""


class TokensOut(Wire):
    """An access token for the `Authorization` header, and a refresh token for the next one."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the kind of token, not one
    refresh_token: str
    expires_in: int
    """Seconds until the access token ends."""


class RefreshIn(Wire):
    """The refresh token of the last answer; each one works once."""

    refresh_token: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class LogoutIn(Wire):
    """The refresh token to revoke; not needed with an access token or a cookie."""

    refresh_token: Annotated[str, StringConstraints(max_length=200)] | None = None


class RegisterIn(Wire):
    """A new account for oneself."""

    username: Username
    name: DisplayName = ""
    """How to be called on pages."""
    email: Email | None = None
    password: Password


class UserIn(RegisterIn):
    """A new account for somebody."""

    roles: Roles = Field(default_factory=lambda: [Role.VIEWER])


class UserPatch(Wire):
    """What to change; absent fields stay as they are."""

    roles: Roles | None = None
    is_active: bool | None = None
    name: DisplayName | None = None
    email: Email | None = None


class ProfileIn(Wire):
    """How somebody wants to be called, and a fresh email address where it changes."""

    name: DisplayName = ""
    email: Email | None = None


class UserOut(Wire):
    """A user, without anything secret."""

    id: str
    username: str
    name: str
    email: str | None
    roles: list[Role]
    is_active: bool
    created_at: datetime
    updated_at: datetime


class MeOut(UserOut):
    """Who asks, by which credential, and what they may do with it."""

    kind: str
    scopes: list[Scope] | None
    """What the API key allows; null for people."""
    permissions: dict[Action, Literal["none", "own", "any"]]


class PasswordChangeIn(Wire):
    """The password as it is, and as it shall be."""

    current_password: Password
    new_password: Password


class PasswordSetIn(Wire):
    """A new password for somebody, by user id or by user name."""

    user_id: Annotated[str, StringConstraints(max_length=64)] | None = None
    username: Annotated[str, StringConstraints(max_length=64)] | None = None
    new_password: Password

    @model_validator(mode="after")
    def names_one_user(self) -> "PasswordSetIn":
        if bool(self.user_id) == bool(self.username):
            raise ValueError("give either user_id or username")
        return self


class ApiKeyIn(Wire):
    """A new key; without `scopes` it may do all that its owner may."""

    name: KeyName
    scopes: Scopes = Field(default_factory=lambda: list(Scope))
    expires_at: AwareDatetime | None = None
    notes: Notes = ""


class KeyPageIn(Wire):
    """The profile page's form for a new key."""

    name: KeyName
    scopes: Scopes
    days: Annotated[int, Field(ge=1, le=3650)] | None = None
    """Life of the key; without it the key does not expire."""


class ApiKeyPatch(Wire):
    """What to change; absent fields stay, an explicit null `expires_at` lifts the expiry."""

    name: KeyName | None = None
    is_enabled: bool | None = None
    scopes: Scopes | None = None
    expires_at: AwareDatetime | None = None
    notes: Notes | None = None


class ApiKeyOut(Wire):
    """A key as its owner sees it; the key itself is shown only when it is made."""

    id: str
    name: str
    prefix: str
    scopes: list[Scope]
    is_enabled: bool
    notes: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class ApiKeyCreated(ApiKeyOut):
    """A fresh key; `key` is shown this once."""

    key: str


class RolesIn(Wire):
    """The roles that an administrator ticks for somebody."""

    roles: list[Role]


class PasswordPageIn(Wire):
    """A new password that an administrator types for somebody."""

    password: Password


class RoleOut(Wire):
    """A role and how far each of its rights goes."""

    role: Role
    permissions: dict[Action, Literal["none", "own", "any"]]
