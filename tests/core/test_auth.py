"""Rights: who may do what is a table, and everything else is closed."""

import pytest

from menon.core.auth import (
    ANONYMOUS,
    RIGHTS,
    SYSTEM,
    Action,
    Principal,
    Reach,
    Role,
    Scope,
    authorize,
    reach,
)
from menon.core.errors import Forbidden, NotFound, TokenExpired, Unauthenticated

ROLES = (Role.VIEWER, Role.DEVELOPER, Role.PROJECT_MANAGER, Role.ADMIN)
TABLE = [
    (action, role, granted)
    for action, (_, by_role) in RIGHTS.items()
    for role, granted in zip(ROLES, by_role, strict=True)
]


def _person(*roles: Role, scopes: frozenset[Scope] | None = None) -> Principal:
    kind = "token" if scopes is None else "key"
    return Principal(user_id="u1", name="u", roles=frozenset(roles), scopes=scopes, kind=kind)


def test_every_action_but_the_public_one_has_a_row():
    assert set(RIGHTS) == set(Action) - {Action.PUBLIC}


@pytest.mark.parametrize(("action", "role", "granted"), TABLE)
def test_a_role_reaches_as_far_as_its_row_says(action: Action, role: Role, granted: Reach):
    who = _person(role)
    assert reach(who, action) is granted
    if granted is Reach.NONE:
        with pytest.raises(Forbidden, match=action.value):
            authorize(who, action)
    else:
        assert authorize(who, action, owner="u1") is granted


@pytest.mark.parametrize(("action", "role", "granted"), TABLE)
def test_somebody_elses_thing_answers_like_a_missing_one(
    action: Action, role: Role, granted: Reach
):
    if granted is Reach.OWN:
        with pytest.raises(NotFound):
            authorize(_person(role), action, owner="u2")
    elif granted is Reach.ANY:
        assert authorize(_person(role), action, owner="u2") is Reach.ANY


@pytest.mark.parametrize("action", sorted(RIGHTS))
def test_anonymous_callers_and_people_without_a_role_pass_nowhere(action: Action):
    with pytest.raises(Unauthenticated):
        authorize(ANONYMOUS, action)
    with pytest.raises(Forbidden):
        authorize(_person(), action)


@pytest.mark.parametrize("action", sorted(RIGHTS))
@pytest.mark.parametrize("scope", sorted(Scope))
def test_a_key_needs_its_scope_and_never_exceeds_its_owner(action: Action, scope: Scope):
    needed, (viewer, *_, admin) = RIGHTS[action]
    fits = needed is None or needed is scope
    for role, granted in ((Role.VIEWER, viewer), (Role.ADMIN, admin)):
        key = _person(role, scopes=frozenset({scope}))
        assert reach(key, action) is (granted if fits else Reach.NONE)


def test_rights_of_several_roles_add_up():
    both = _person(Role.VIEWER, Role.PROJECT_MANAGER)
    assert reach(both, Action.AUTHOR) is Reach.OWN
    assert reach(_person(Role.VIEWER, Role.ADMIN), Action.READ) is Reach.ANY


def test_everybody_passes_what_is_public():
    assert authorize(ANONYMOUS, Action.PUBLIC) is Reach.OWN


def test_a_refused_credential_says_why():
    who = Principal(refusal=TokenExpired())
    with pytest.raises(TokenExpired):
        authorize(who, Action.READ)


def test_the_system_may_everything():
    assert all(reach(SYSTEM, action) is not Reach.NONE for action in RIGHTS)


@pytest.mark.parametrize(
    ("who", "is_admin", "key"),
    [
        (ANONYMOUS, False, ""),
        (_person(Role.ADMIN), True, "user:u1"),
        (_person(Role.ADMIN, scopes=frozenset({Scope.CHAT})), False, "key:"),
        (_person(Role.DEVELOPER), False, "user:u1"),
    ],
)
def test_who_is_an_administrator_and_what_limits_count_by(who: Principal, is_admin: bool, key: str):
    assert who.is_admin is is_admin
    assert who.key == key
