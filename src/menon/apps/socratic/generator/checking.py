"""Whether a specification can be built: names that lead nowhere, or stand twice."""

import re

from menon.apps.socratic.specification.data import FieldType
from menon.apps.socratic.specification.model import Specification
from menon.core.errors import InvalidInput


def check(spec: Specification) -> None:
    """Raises InvalidInput for a name that leads nowhere or stands twice."""
    entities = [e.name for e in spec.entities]
    for kind, names in (
        ("entity", entities),
        ("enumeration", [e.name for e in spec.enums]),
        ("actor", [a.name for a in spec.actors]),
    ):
        if twice := sorted({n for n in names if names.count(n) > 1}):
            raise InvalidInput(f"there are two of the {kind} {twice[0]!r}; rename or remove one")
    known = set(entities)
    enums = {e.name for e in spec.enums}
    for entity in spec.entities:
        for relation in entity.relations:
            if relation.target not in known:
                raise InvalidInput(
                    f"{entity.name!r} points at {relation.target!r} with {relation.name!r}, but "
                    f"there is no such entity; add it or remove the relation"
                )
        for field in entity.fields:
            state = entity.life_cycle is not None and entity.life_cycle.field == field.name
            if field.type is FieldType.ENUM and field.enum not in enums and not state:
                raise InvalidInput(
                    f"the field {field.name!r} of {entity.name!r} has the enumeration "
                    f"{field.enum!r}, which the specification does not have; add it"
                )
            if field.pattern is not None:
                _compiled(field.pattern, f"{entity.name}.{field.name}")


def _compiled(pattern: str, where: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise InvalidInput(
            f"the pattern {pattern!r} of {where} is no regular expression: {error}; correct it"
        ) from error
