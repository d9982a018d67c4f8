"""What the pages of accounts show, in the shapes that their templates declare."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from menon.core.auth import Action, Principal, Role, Scope
from menon.core.runtime import Runtime
from menon.core.web.forms import Form, Sent
from menon.core.web.frame import Command, FramePart, Kind, initials
from menon.features.accounts.rules import role_permissions, safe_next
from menon.features.accounts.schemas import ApiKeyOut, UserOut
from menon.features.accounts.settings import AccountsSettings

ROLES: Final = (
    (Role.VIEWER.value, "Viewer"),
    (Role.DEVELOPER.value, "Developer"),
    (Role.PROJECT_MANAGER.value, "Project manager"),
    (Role.ADMIN.value, "Administrator"),
)

SCOPES: Final = (
    (Scope.READ.value, "read what you may read"),
    (Scope.CHAT.value, "ask and chat"),
    (Scope.WRITE.value, "change documents, agents and workflows"),
    (Scope.RUN.value, "run agents and workflows"),
    (Scope.ADMIN.value, "administer"),
)

_RIGHTS: Final = {
    Action.PROFILE: "Own profile, password and API keys",
    Action.READ: "Read agents, documents, conversations and runs that are visible",
    Action.CHAT: "Chat, search, ask",
    Action.FEEDBACK: "Give feedback",
    Action.AUTHOR: "Create and change collections, documents, agents, workflows",
    Action.RUN: "Run agents that write, send or execute; tasks and workflows",
    Action.APPROVE: "Approve tool calls",
    Action.PROJECT_VIEW: "Look at projects",
    Action.PROJECT_WORK: "Create projects, answer questions, generate and test code",
    Action.PROJECT_LEAD: "Invite collaborators, change phases, approve specifications",
    Action.INTEGRATE: "Webhooks, queues, schedules, connections, secrets",
    Action.MODELS_READ: "See models and backends",
    Action.MODELS_MANAGE: "Pull and configure models and backends",
    Action.EVALUATE_READ: "See evaluations and fine-tuning",
    Action.EVALUATE: "Run evaluations and fine-tuning",
    Action.ADMIN: "Users, roles, limits, policy, audit, logs of others",
}

_COMMANDS: Final = (
    Command(label="Make an API key", href="/profile#keys", icon="key"),
    Command(label="Change your password", href="/profile#password-title", icon="lock"),
)

_WHOLE: Final = frozenset(
    {
        Action.PROFILE,
        Action.READ,
        Action.CHAT,
        Action.FEEDBACK,
        Action.MODELS_READ,
        Action.MODELS_MANAGE,
        Action.EVALUATE_READ,
        Action.ADMIN,
    }
)
"""Rights that one has or has not; the others reach one's own things or all."""


async def frame(runtime: Runtime, who: Principal) -> FramePart:
    """What the command palette offers of accounts."""
    del runtime, who
    return FramePart(commands=_COMMANDS)


def login(
    how: AccountsSettings, *, values: Mapping[str, Any], sent: Sent[Any] | None = None
) -> dict[str, Any]:
    """The sign-in page, empty or with what is wrong."""
    error = ""
    if sent:
        error = sent.error or "Fill in your user name and your password."
    form = {
        "username": values.get("username", ""),
        "next": safe_next(values.get("next")),
        "error": error,
    }
    return {"form": form, "registration": how.registration}


def register_form(form: Form[Any] | None = None, sent: Sent[Any] | None = None) -> dict[str, Any]:
    """The form of the register page, empty or with what is wrong."""
    values: Mapping[str, Any] = form.values if form else {}
    return {
        "username": values.get("username", ""),
        "email": values.get("email", ""),
        "error": sent.error if sent else "",
        "errors": sent.errors if sent else {},
    }


def password_form(sent: Sent[Any] | None = None) -> dict[str, Any]:
    """The form that changes one's own password."""
    return {"error": sent.error if sent else "", "errors": sent.errors if sent else {}}


def password_flash(sent: Sent[Any]) -> tuple[Kind, str]:
    """The note after a change of password without scripts."""
    return ("success", "Your password is changed.") if sent.ok else ("danger", reason(sent))


def reason(sent: Sent[Any]) -> str:
    """What is wrong with a form, in one line."""
    return sent.error or " ".join(sent.errors.values())


def profile(
    user: UserOut,
    keys_shown: Sequence[ApiKeyOut],
    *,
    form: Form[Any] | None = None,
    sent: Sent[Any] | None = None,
) -> dict[str, Any]:
    """The profile page, with what is wrong with its first form."""
    values = form.values if form else {"name": user.name, "email": user.email}
    errors = dict(sent.errors) if sent else {}
    if sent and sent.error:
        errors.setdefault("email", sent.error)
    return {
        **keys(keys_shown),
        "profile": {
            "username": user.username,
            "name": values.get("name", ""),
            "email": values.get("email") or "",
            "roles": [role.value for role in user.roles],
            "created_at": user.created_at,
        },
        "scopes": list(SCOPES),
        "password": password_form(),
        "profile_form": {"errors": errors},
    }


def keys(shown: Sequence[ApiKeyOut], *, new_key: str = "") -> dict[str, Any]:
    """The list of one's own keys."""
    rows = [{**key.model_dump(), "enabled": key.is_enabled} for key in shown]
    return {"keys": rows, "new_key": new_key}


def users_page(
    rows: Sequence[Mapping[str, Any]], *, more: str | None, words: str, role: str
) -> dict[str, Any]:
    """The list of users."""
    return {
        "users": rows,
        "next": more,
        "query": {"q": words, "role": role},
        "roles": list(ROLES),
        "user_form": user_form(),
    }


def user_form(form: Form[Any] | None = None, sent: Sent[Any] | None = None) -> dict[str, Any]:
    """The form that makes a user, empty or with what is wrong."""
    values: Mapping[str, Any] = form.values if form else {}
    errors = dict(sent.errors) if sent else {}
    if sent and sent.error:
        errors.setdefault("username", sent.error)
    return {
        "username": values.get("username", ""),
        "email": values.get("email", ""),
        "roles": values.get("roles", [Role.VIEWER.value]),
        "errors": errors,
    }


def user_row(user: UserOut, *, seen: datetime | None, who: Principal) -> dict[str, Any]:
    """A user as an administrator sees them."""
    return {
        **user.model_dump(mode="python"),
        "email": user.email or "",
        "roles": [role.value for role in user.roles],
        "initials": initials(user.name or user.username),
        "active": user.is_active,
        "last_seen_at": seen,
        "self": user.id == who.user_id,
    }


def roles_page() -> dict[str, Any]:
    """The matrix of roles and rights."""
    by_role = {role: role_permissions(role) for role in Role}
    return {
        "roles": [{"name": name, "text": text} for name, text in ROLES],
        "permissions": [
            {
                "what": what,
                "allowed": {
                    role.value: _word(action, rights[action]) for role, rights in by_role.items()
                },
            }
            for action, what in _RIGHTS.items()
        ],
    }


def _word(action: Action, allowed: str) -> str:
    if allowed == "none":
        return "no"
    return "yes" if action in _WHOLE else allowed
