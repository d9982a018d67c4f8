"""The permission matrix worked out: for each entity, action → role → which records."""

from collections.abc import Mapping, Sequence
from typing import Final

from menon.apps.socratic.generator.model import Role, Scope
from menon.apps.socratic.generator.names import distinct, snake
from menon.apps.socratic.specification.model import Specification
from menon.apps.socratic.specification.requirements import Action, Permission

ADMINS: Final = ("admin", "administrator", "superuser", "system_administrator", "superadmin")


def roles(spec: Specification) -> tuple[tuple[Role, ...], str, str]:
    """The roles; that which manages accounts; that of somebody who has just registered.

    Nobody may register into more rights than the least that the matrix gives.
    """
    taken: set[str] = set()
    found: list[Role] = []
    for actor in spec.actors:
        name = distinct(snake(actor.name), taken)
        taken.add(name)
        found.append(_role(name, actor.name, actor.description))
    admin = next((r.name for r in found if r.name in ADMINS), "")
    if not admin:
        admin = "admin"
        found.append(_role(admin, "admin", "Manages the accounts."))
    others = [r for r in found if r.name != admin]
    if not others:
        others = [_role("user", "user", "Everybody who has registered.")]
        found += others
    least = min(others, key=lambda role: _weight(spec, role.title))
    return tuple(found), admin, least.name


def _role(name: str, title: str, description: str) -> Role:
    return Role(name=name, member=name.upper(), title=title, description=description)


def _weight(spec: Specification, actor: str) -> int:
    return sum(
        len(p.actions) * (2 if p.scope == "all" else 1)
        for p in spec.permissions
        if p.actor == actor and p.effect == "allow"
    )


def owned(spec: Specification, entity: str) -> bool:
    """Whether somebody's rights depend on who made a record, so that the owner must be kept."""
    return any(p.scope == "own" and p.entity in {entity, "*"} for p in spec.permissions)


def rights(
    spec: Specification, entity: str, known: Sequence[Role], admin: str, *, is_owned: bool
) -> Mapping[str, Mapping[str, Scope]]:
    """Action → role → scope of an entity; who is not named is denied."""
    found: dict[str, dict[str, Scope]] = {action.value: {} for action in Action}
    mine = [p for p in spec.permissions if p.entity in {entity, "*"}]
    for action in Action:
        for role in known:
            scope = (
                _granted(mine, role, action)
                if spec.permissions
                else _open(role.name == admin, action, is_owned=is_owned)
            )
            if scope is not None and (action is not Action.CREATE or scope is not Scope.OTHERS):
                found[action.value][role.name] = scope
    return found


def _open(is_admin: bool, action: Action, *, is_owned: bool) -> Scope:
    private = is_owned and action is not Action.CREATE and not is_admin
    return Scope.OWN if private else Scope.ALL


def _granted(permissions: Sequence[Permission], role: Role, action: Action) -> Scope | None:
    named = [p for p in permissions if p.actor == role.title and action in p.actions]
    allowed = {p.scope for p in named if p.effect == "allow"}
    denied = {p.scope for p in named if p.effect == "deny"}
    if not allowed or "all" in denied:
        return None
    if "all" in allowed:
        return Scope.OTHERS if "own" in denied else Scope.ALL
    return None if "own" in denied else Scope.OWN
