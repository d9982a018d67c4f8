"""Who asks, and what they may do: one `authorize`, closed by default.

The table `RIGHTS` is the summary that `docs/permissions.md` shows; the operation matrix that a test
holds against it stands in `tests/architecture/authz_matrix.csv`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Literal

from menon.core.errors import Forbidden, MenonError, NotFound, Unauthenticated


class Role(StrEnum):
    """What a user is in the whole system; a user may have several, rights add up."""

    VIEWER = "viewer"
    DEVELOPER = "developer"
    PROJECT_MANAGER = "project_manager"
    ADMIN = "admin"


class Scope(StrEnum):
    """What an API key was made for; it never exceeds its owner."""

    READ = "read"
    CHAT = "chat"
    WRITE = "write"
    RUN = "run"
    ADMIN = "admin"


class Reach(IntEnum):
    """How far a right goes: nothing, what is one's own or shared with one, everything."""

    NONE = 0
    OWN = 1
    ANY = 2


class Action(StrEnum):
    """Every operation declares one of these; the router refuses to build without."""

    PUBLIC = "public"
    """Anybody, signed in or not."""
    SIGNED_IN = "signed_in"
    """Anybody who is signed in, whatever their key is for."""
    PROFILE = "profile"
    """Own profile, password and API keys."""
    READ = "read"
    """Read agents, documents, conversations and runs that are visible."""
    CHAT = "chat"
    """Chat, search, ask."""
    FEEDBACK = "feedback"
    AUTHOR = "author"
    """Create and change collections, documents, agents, workflows, feeds, datasets."""
    RUN = "run"
    """Agents with effects, tasks and workflows."""
    APPROVE = "approve"
    PROJECT_VIEW = "project_view"
    PROJECT_WORK = "project_work"
    """Create projects, questioning, code, tests, export, git."""
    PROJECT_LEAD = "project_lead"
    """Invite, change phase, approve specifications."""
    INTEGRATE = "integrate"
    """Webhooks, queues, schedules, connections, secrets."""
    MODELS_READ = "models_read"
    MODELS_MANAGE = "models_manage"
    EVALUATE_READ = "evaluate_read"
    EVALUATE = "evaluate"
    ADMIN = "admin"
    """Users, roles, limits, policy, incidents, audit, logs of others."""


_NONE, _OWN, _ANY = Reach.NONE, Reach.OWN, Reach.ANY

RIGHTS: Mapping[Action, tuple[Scope | None, tuple[Reach, Reach, Reach, Reach]]] = {
    # action: scope that a key needs, reach of (viewer, developer, project_manager, admin)
    Action.SIGNED_IN: (None, (_OWN, _OWN, _OWN, _OWN)),
    Action.PROFILE: (Scope.READ, (_OWN, _OWN, _OWN, _OWN)),
    Action.READ: (Scope.READ, (_OWN, _OWN, _OWN, _ANY)),
    Action.CHAT: (Scope.CHAT, (_OWN, _OWN, _OWN, _ANY)),
    Action.FEEDBACK: (Scope.CHAT, (_OWN, _OWN, _OWN, _ANY)),
    Action.AUTHOR: (Scope.WRITE, (_NONE, _OWN, _OWN, _ANY)),
    Action.RUN: (Scope.RUN, (_NONE, _OWN, _OWN, _ANY)),
    Action.APPROVE: (Scope.RUN, (_NONE, _OWN, _OWN, _ANY)),
    Action.PROJECT_VIEW: (Scope.READ, (_OWN, _OWN, _OWN, _ANY)),
    Action.PROJECT_WORK: (Scope.WRITE, (_NONE, _OWN, _OWN, _ANY)),
    Action.PROJECT_LEAD: (Scope.WRITE, (_NONE, _NONE, _OWN, _ANY)),
    Action.INTEGRATE: (Scope.WRITE, (_NONE, _OWN, _OWN, _ANY)),
    Action.MODELS_READ: (Scope.READ, (_OWN, _OWN, _OWN, _ANY)),
    Action.MODELS_MANAGE: (Scope.ADMIN, (_NONE, _NONE, _NONE, _ANY)),
    Action.EVALUATE_READ: (Scope.READ, (_OWN, _OWN, _OWN, _ANY)),
    Action.EVALUATE: (Scope.RUN, (_NONE, _OWN, _OWN, _ANY)),
    Action.ADMIN: (Scope.ADMIN, (_NONE, _NONE, _NONE, _ANY)),
}

_ORDER = (Role.VIEWER, Role.DEVELOPER, Role.PROJECT_MANAGER, Role.ADMIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who asks; `user_id` is empty for anonymous callers and for the system itself."""

    user_id: str = ""
    name: str = "anonymous"
    roles: frozenset[Role] = frozenset()
    scopes: frozenset[Scope] | None = None
    """What the API key allows; None for people, who may all that their roles allow."""
    kind: Literal["anonymous", "token", "key", "cookie", "system"] = "anonymous"
    credential_id: str = ""
    """The API key or the cookie session, for the audit record and for revocation."""
    label: str = field(default="", compare=False)
    """How they want to be called on pages; empty for those who did not say."""
    refusal: MenonError | None = None
    """Why the credential that was sent counts for nothing."""

    @property
    def is_admin(self) -> bool:
        """Whether this is an administrator whose credential allows to act as one."""
        return reach(self, Action.ADMIN) is Reach.ANY

    @property
    def key(self) -> str:
        """What limits are counted by: each key for itself, a person over all their sign-ins."""
        if self.kind == "key":
            return f"key:{self.credential_id}"
        return f"user:{self.user_id}" if self.user_id else ""


ANONYMOUS = Principal()
SYSTEM = Principal(name="system", kind="system", roles=frozenset({Role.ADMIN}))


def reach(who: Principal, action: Action) -> Reach:
    """How far the action goes for this principal."""
    if action is Action.PUBLIC:
        return Reach.OWN
    scope, by_role = RIGHTS[action]
    if who.scopes is not None and scope is not None and scope not in who.scopes:
        return Reach.NONE
    return max(
        (granted for role, granted in zip(_ORDER, by_role, strict=True) if role in who.roles),
        default=Reach.NONE,
    )


def authorize(who: Principal, action: Action, *, owner: str | None = None) -> Reach:
    """Let the action pass, or say why not.

    Args:
        who: the principal.
        action: what they want to do.
        owner: the user id of the thing's owner, where there is one thing.

    Raises:
        Unauthenticated: nobody is signed in, or the credential counts for nothing.
        Forbidden: the right is missing.
        NotFound: the thing is somebody else's.
    """
    granted = reach(who, action)
    if action is Action.PUBLIC:
        return granted
    if who.kind == "anonymous":
        raise who.refusal or Unauthenticated()
    if granted is Reach.NONE:
        raise Forbidden(f"This needs the right {action.value!r}; ask an administrator for it.")
    if owner is not None and granted is Reach.OWN and owner != who.user_id:
        raise NotFound
    return granted
