"""Specifications that nobody wrote: put together by chance, the same for the same number.

Names are those that people choose and that code, SQL or the generated project may stumble over.
What `checks` refuses is thrown again, since no project would be made of it.
"""

from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any, Final

import yaml

from menon.apps.socratic.specification import Specification
from menon.apps.socratic.specification.checks import problems
from menon.apps.socratic.specification.data import FieldType
from menon.apps.socratic.specification.model import Style

Json = dict[str, Any]
_WORDS: Final[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
)
NOUNS: Final[list[str]] = _WORDS["nouns"].split()
NAMES: Final[list[str]] = _WORDS["names"].split()
PATTERNS: Final[list[str]] = _WORDS["patterns"]
_ACTIONS: Final = ("create", "read", "update", "delete")
_TRIES: Final = 200


def specification(seed: int, entities: int = 4) -> Specification:
    """The specification of that number.

    Raises:
        ValueError: none was found that can be built.
    """
    dice = Random(seed)
    for _ in range(_TRIES):
        made = Specification.model_validate(_Throw(dice, seed, entities).whole())
        if not any(problems(made)):
            return made
    raise ValueError(f"no specification {seed} can be built")


class _Throw:
    """One try."""

    def __init__(self, dice: Random, seed: int, entities: int) -> None:
        self._dice, self._seed = dice, seed
        self._nouns = dice.sample(NOUNS, dice.randint(2, entities))
        self._actors = dice.sample(["admin", "member", "guest", "class", "head nurse"], 3)
        self._enums: list[Json] = [
            {"name": f"{noun} kind", "values": dice.sample(NAMES, dice.randint(1, 6))}
            for noun in dice.sample(NOUNS, 2)
        ]

    def whole(self) -> Json:
        """The specification as JSON."""
        dice = self._dice
        entities = [self._entity(noun) for noun in self._nouns]
        return {
            "project": {"name": f"By chance {self._seed}"},
            "actors": [{"name": actor} for actor in self._actors],
            "architecture": {
                "style": dice.choice(list(Style)),
                "frontend": dice.choice(["none", "htmx"]),
            },
            "enums": self._enums,
            "entities": entities,
            "permissions": self._permissions() if dice.random() < 0.7 else [],
            "features": [self._feature(number) for number in range(1, dice.randint(2, 4))],
        }

    def _some(self, chance: float) -> bool:
        return self._dice.random() < chance

    def _entity(self, noun: str) -> Json:
        dice = self._dice
        names = dice.sample(NAMES, dice.randint(0, 9))
        entity: Json = {
            "name": noun,
            "fields": [self._field(name) for name in names],
            "relations": [self._relation(name, noun) for name in dice.sample(NAMES, 4)[:2]],
            "owned": self._some(0.2),
            "soft_delete": self._some(0.3),
            "search": self._some(0.3),
            "paginate": self._some(0.8),
        }
        entity["relations"] = entity["relations"][: dice.randint(0, 2)]
        if self._some(0.3):
            enum = dice.choice(self._enums)
            values: list[str] = enum["values"]
            state = {"name": "stage", "type": "enum", "enum": enum["name"], "required": True}
            entity["fields"].append(state)
            steps = [
                {
                    "source": a,
                    "target": b,
                    "by": [dice.choice(self._actors)] if self._some(0.3) else [],
                }
                for a, b in pairwise(values)
            ]
            entity["life_cycle"] = {"field": "stage", "initial": values[0], "transitions": steps}
        return entity

    def _field(self, name: str) -> Json:
        dice = self._dice
        kind = dice.choice(list(FieldType))
        field: Json = {"name": name, "type": kind, "required": self._some(0.5)}
        field["unique"] = self._some(0.15)
        if kind is FieldType.ENUM:
            field["enum"] = dice.choice(self._enums)["name"]
        elif kind in {FieldType.STRING, FieldType.TEXT}:
            self._text(field)
        elif kind in {FieldType.INTEGER, FieldType.DECIMAL, FieldType.FLOAT}:
            low = dice.choice([None, -5, 0, 1, 0.01, 1900, 123_456.5])
            width = dice.choice([1, 2.5, 100, 10_000, 1e7])
            field[dice.choice(["min", "above"])] = low
            if self._some(0.5):
                field[dice.choice(["max", "below"])] = (low or 0) + width
        return field

    def _text(self, field: Json) -> None:
        dice = self._dice
        if self._some(0.3):
            field["pattern"] = dice.choice(PATTERNS)
        elif self._some(0.5):
            field["min_length"] = dice.choice([0, 1, 3, 10])
            field["max_length"] = dice.choice([1, 2, 10, 80, 300, 5_000])

    def _relation(self, name: str, noun: str) -> Json:
        dice = self._dice
        kinds = ["many_to_one", "many_to_one", "one_to_many", "one_to_one", "many_to_many"]
        target = dice.choice(self._nouns)
        return {
            "name": f"{name} of",
            "target": target,
            "kind": dice.choice(kinds),
            "required": target != noun and self._some(0.4),
            "inverse": f"{dice.choice(NAMES)} in" if self._some(0.5) else None,
            "on_delete": dice.choice(["restrict", "restrict", "cascade", "set_null"]),
        }

    def _permissions(self) -> list[Json]:
        dice = self._dice
        return [
            {
                "actor": dice.choice(self._actors),
                "entity": dice.choice([*self._nouns, "*"]),
                "actions": dice.sample(_ACTIONS, dice.randint(1, 4)),
                "scope": dice.choice(["all", "all", "own"]),
                "effect": dice.choice(["allow", "allow", "allow", "deny"]),
            }
            for _ in range(dice.randint(1, 8))
        ]

    def _feature(self, number: int) -> Json:
        dice = self._dice
        noun, actor = dice.choice(self._nouns), dice.choice(self._actors)
        verb = dice.choice(["creates", "deletes", "updates", "reads", "lists", "archives"])
        then = dice.choice(["it is stored", "it is refused", "it works", "nothing happens"])
        word = dice.choice(NAMES)
        return {
            "id": f"FR-{number:03}",
            "title": f"{actor} {verb} {noun}",
            "priority": dice.choice(["P1", "P2", "P3"]),
            "entities": [noun],
            "story": {"actor": actor, "want": f"{verb.rstrip('s')} a {noun}"},
            "ears": [
                f"When the {actor} {verb} a {noun} without {word}, the system shall reject it."
            ],
            "scenarios": [
                {
                    "given": [f'a {noun} with {word} "x y"'],
                    "when": [f"the {actor} {verb} the {noun} with {word} {dice.randint(-9, 99)}"],
                    "then": [then],
                }
            ],
        }
