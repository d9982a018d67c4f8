"""Writes what was understood into an interview, merged with what was known."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from menon.apps.socratic.questions.parsers.clauses import words
from menon.apps.socratic.questions.slots import Kind, parts, slot_of
from menon.apps.socratic.questions.state import RULES, Interview, Known, Parse, Status, Story

_UNITED: Final[frozenset[Kind]] = frozenset(
    {"lines", "terms", "actors", "scope", "choices", "milestones", "relations", "stories", "ears",
     "scenario", "permissions"}
)  # fmt: skip
"""Kinds whose answers add up: what two people list is all in it."""
_KEPT: Final = frozenset({Status.CLEAR, Status.PARTIAL})
_SHORT_WORDS: Final = frozenset(
    [
        "a",
        "an",
        "the",
        "to",
        "of",
        "for",
        "and",
        "or",
        "in",
        "on",
        "with",
        "i",
        "we",
        "want",
        "can",
        "my",
    ]
)


class Recorder:
    """Collects what one answer changes.

    Args:
        interview: as it was before.
        source: the id of the answer, or `inference` or `default`.
        respondent: who answered.
        confidence: from 1 to 5.
        text: the words of the answer.
    """

    def __init__(
        self,
        interview: Interview,
        source: str,
        *,
        respondent: str = "",
        confidence: int = 3,
        text: str = "",
    ) -> None:
        self.before = interview
        self.known = dict(interview.known)
        self.stories = list(interview.stories)
        self.outweighed: list[Parse] = []
        """What was said without changing anything: known already, or said by somebody surer."""
        self.model = RULES
        """Who read the answer."""
        self._source = source
        self._respondent = respondent
        self._confidence = confidence
        self._text = text

    def put(self, slot: str, value: Any, *, shown: str, status: Status = Status.CLEAR) -> None:
        """Writes a value into a slot, and into the slots that it tells of as well."""
        kind = slot_of(slot).kind
        if kind == "entities" and value:
            value = self._entities(cast("dict[str, Any]", value), status)
        elif kind == "fields" and value:
            value = self._fields(slot, cast("dict[str, Any]", value), status)
        elif kind == "relations" and value:
            self.relate(cast("list[dict[str, Any]]", value), status, own=parts(slot)[1])
            return
        elif kind == "stories" and value:
            self._tell(cast("list[dict[str, Any]]", value))
        elif slot == "plan.priorities" and value:
            self._rank(cast("list[str]", value))
        self._write(slot, value, shown, status)

    def mark(self, slot: str, status: Status, *, text: str = "") -> None:
        """Writes that a slot is open, assumed or does not apply; never over something clear."""
        known = self.known.get(slot)
        if known is None or known.status not in _KEPT:
            self._write(slot, None, "", status, text=text)

    def relate(self, relations: Sequence[Mapping[str, Any]], status: Status, *, own: str) -> None:
        """Writes each relation into the slot of the entity that holds it."""
        self._name([name for one in relations for name in (one["source"] or own, one["target"])])
        held: dict[str, list[dict[str, Any]]] = {own: []} if own else {}
        for one in relations:
            made = dict(one) | {"source": one["source"] or own}
            held.setdefault(made["source"], []).append(made)
        for source, listed in held.items():
            shown = ", ".join(f"{one['name']}: {one['target']}" for one in listed) or "none"
            self._write(f"data.entity[{source}].relations", listed, shown, status)

    def interview(self) -> Interview:
        """The state with everything that was written."""
        changed = {"known": self.known, "stories": tuple(self.stories)}
        return self.before.model_copy(update=changed)

    def _write(
        self, slot: str, value: Any, shown: str, status: Status, *, text: str | None = None
    ) -> None:
        old = self.known.get(slot)
        if old is not None and old.status is Status.CLEAR:
            if status is not Status.CLEAR:
                return
            merged = self._merged(slot_of(slot).kind, old, value)
            if merged == old.value and old.value is not None:
                if value is not old.value:
                    said = Parse(slot=slot, value=value, status=status, shown=shown[:2_000])
                    self.outweighed.append(said)
                return
            value = merged
        self.known[slot] = Known(
            status=status,
            value=value,
            shown=shown[:2_000],
            text=self._text if text is None else text,
            confidence=self._confidence,
            source=self._source,
            respondent=self._respondent,
        )

    def _merged(self, kind: Kind, old: Known, given: object) -> Any:
        """What holds of two clear answers: lists add up, else the surer one, else the later."""
        if kind in _UNITED and isinstance(given, list) and isinstance(old.value, list):
            earlier, later = cast("list[Any]", old.value), cast("list[Any]", given)
            return [*earlier, *(one for one in later if one not in earlier)]
        surer = old.respondent != self._respondent and old.confidence > self._confidence
        merged = kind in {"entities", "fields"}  # where they were read
        return old.value if surer and not merged else cast("Any", given)

    def _entities(self, value: dict[str, Any], status: Status) -> dict[str, Any]:
        """Names go into this slot, fields and relations into those of the entities."""
        self._name([one["name"] for one in value["entities"]])
        for one in value["entities"]:
            if one["fields"]:
                slot = f"data.entity[{one['name']}].fields"
                self.put(
                    slot, {"fields": one["fields"], "relations": []}, shown=_listed(one["fields"])
                )
        self.relate(value["relations"], status, own="")
        return cast("dict[str, Any]", self.known["data.entities"].value)

    def _fields(self, slot: str, value: dict[str, Any], status: Status) -> dict[str, Any]:
        subject = parts(slot)[1]
        if value["relations"]:
            self.relate(value["relations"], status, own=subject)
        old = self.known.get(slot)
        earlier = self.before.fields(subject) if old else []
        told: dict[str, dict[str, Any]] = {}
        for one in [*earlier, *value["fields"]]:
            told.setdefault(one["name"], {}).update(one)
        return {"fields": list(told.values())}

    def _name(self, names: Sequence[str]) -> None:
        """Notes entities by name, each once, in the order in which they come up."""
        old = self.known.get("data.entities")
        have = [one["name"] for one in old.value["entities"]] if old and old.value else []
        every = list(dict.fromkeys([*have, *(name for name in names if name)]))
        if every and (every != have or old is None or old.status is not Status.CLEAR):
            value = {"entities": [{"name": name} for name in every]}
            self.known.pop("data.entities", None)
            self._write("data.entities", value, ", ".join(every), Status.CLEAR)

    def _tell(self, stories: Sequence[dict[str, Any]]) -> None:
        """Numbers new stories; without a rank the first is of the first rank, the others second."""
        for one in stories:
            same = any(
                (story.actor, story.want) == (one["actor"], one["want"]) for story in self.stories
            )
            if same:
                continue
            rank = one["priority"] or ("P1" if not self.stories else "P2")
            self.stories.append(
                Story(
                    id=f"FR-{len(self.stories) + 1:03}",
                    actor=one["actor"],
                    want=one["want"],
                    benefit=one["benefit"],
                    priority=rank,
                    source=self._source,
                )
            )

    def _rank(self, wanted: Sequence[str]) -> None:
        """Stories that the priorities name are of the first rank, by number or by their words."""
        for line in wanted:
            said = set(words(line)) - _SHORT_WORDS
            for place, story in enumerate(self.stories):
                told = set(words(story.want)) - _SHORT_WORDS
                if str(place + 1) in said or len(said & told) >= min(2, len(told), len(said) or 9):
                    self.stories[place] = story.model_copy(update={"priority": "P1"})


def _listed(fields: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(str(one["name"]) for one in fields)
