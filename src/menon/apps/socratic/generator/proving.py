"""Which role a test acts as, and what each role must get: the oracle of the generated tests."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from menon.apps.socratic.generator.model import EntityModel, FieldModel, Model, Reference, Scope
from menon.apps.socratic.generator.sampling import accepted, plenty, refused
from menon.apps.socratic.generator.spelling import default, filters
from menon.apps.socratic.specification.data import FieldType

_OWNERS: Final = {Scope.OWN: 1, Scope.OTHERS: 2, Scope.ALL: 1}
_REFUSED: Final = 400
_PREFERENCE: Final = (Scope.ALL, Scope.OWN, Scope.OTHERS)


@dataclass(frozen=True, kw_only=True)
class Acting:
    """A role that may do something, and which account must own the record: its own is 1."""

    role: str
    owner: int
    child: int = 1


def actor(entity: EntityModel, action: str) -> Acting | None:
    """The role that the tests of an action act as; None where nobody may do it."""
    allowed = entity.rights[action]
    for scope in _PREFERENCE:
        for role in (role for role, given in allowed.items() if given is scope):
            first = 1 if action == "create" else _OWNERS[scope]
            # Who may change all may yet not see the own ones.
            for owner in (first, 3 - first):
                if action == "create" or expected(entity, role, owner, action) < _REFUSED:
                    return Acting(role=role, owner=owner)
    return None


def reader_of_both(child: EntityModel, parent: EntityModel) -> Acting | None:
    """A role that may read records of both entities."""
    for scope in _PREFERENCE:
        for role, given in parent.rights["read"].items():
            other = child.rights["read"].get(role)
            if given is scope and other is not None:
                return Acting(role=role, owner=_OWNERS[given], child=_OWNERS[other])
    return None


def covers(scope: Scope | None, owner: int) -> bool:
    """Whether a scope has a record of the account itself (1) or of another one (2)."""
    return scope is Scope.ALL or (scope is not None and _OWNERS[scope] == owner)


def expected(entity: EntityModel, role: str, owner: int, action: str) -> int:
    """The status that a role gets for an action on a record of that owner."""
    seen = entity.rights[action].get(role)
    if seen is None:
        return 403
    if not covers(entity.rights["read"].get(role) or seen, owner):
        return 404
    if not covers(seen, owner):
        return 403
    return 204 if action == "delete" else 200


def matrix(entity: EntityModel, model: Model) -> Iterator[tuple[str, int, str, int]]:
    """Role, owner, action, status: every combination."""
    for role in model.roles:
        for owner in (1, 2) if entity.owned else (1,):
            for action in ("read", "update", "delete"):
                yield role.name, owner, action, expected(entity, role.name, owner, action)


def moves(entity: EntityModel, model: Model) -> Iterator[tuple[str, int, str, str, int]]:
    """Role, owner, source, target, status: every change of state, allowed or not."""
    cycle = entity.life_cycle
    if cycle is None:
        return
    steps = {(t.source, t.target): t.roles for t in cycle.transitions}
    for role in model.roles:
        scope = entity.rights["update"].get(role.name)
        owner = _OWNERS.get(scope, 1) if scope is not None else 1
        status = expected(entity, role.name, owner, "update")
        for source in cycle.states:
            for target in cycle.states:
                if source == target or (status != 200 and (source, target) not in steps):
                    continue
                found = status
                if status == 200 and (source, target) not in steps:
                    found = 409
                elif status == 200 and steps[source, target]:
                    found = 200 if role.name in steps[source, target] else 403
                yield role.name, owner, source, target, found


def rich(entity: EntityModel, model: Model) -> bool:
    """Whether tests may store several records of it: no unique value is soon used up."""
    return entity.name not in model.poor


def first_text(entity: EntityModel) -> FieldModel | None:
    """A text field whose samples are words."""
    return next(
        (
            f
            for f in entity.fields
            if f.type in {FieldType.STRING, FieldType.TEXT}
            and f.pattern is None
            and (f.max_length or 255) >= len(f.title) + 16
        ),
        None,
    )


def key_of(entity: EntityModel, column: str) -> Reference:
    """The reference that has that column."""
    return next(r for r in entity.references if r.column == column)


def needed(entity: EntityModel) -> bool:
    """Whether anything must be sent to make a record."""
    return (
        any(f.required and default(f) is None for f in entity.writable)
        or any(r.required for r in entity.references)
        or any(link.required for link in entity.links)
    )


def cases(entity: EntityModel, kind: str) -> bool:
    """Whether there are values that must be `accepted`, or `refused`."""
    chosen = accepted if kind == "accepted" else refused
    return any(chosen(field) for field in entity.writable)


def plentiful(entity: EntityModel, operators: int) -> bool:
    """Whether a field with values enough can be filtered by so many operators."""
    return any(
        plenty(f) and (operators == 1 or len(filters(f)) == operators) for f in entity.writable
    )


def editor(entity: EntityModel) -> Acting | None:
    """A role that may do everything with the records that it makes itself."""
    for role in entity.rights["create"]:
        scopes = [entity.rights[action].get(role) for action in ("read", "update", "delete")]
        if all(covers(scope, 1) for scope in scopes):
            return Acting(role=role, owner=1)
    return None
