"""What a system keeps: `Book: title, isbn unique; Loan: due date; Loan belongs to Book`."""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from menon.apps.socratic.questions.parsers import fields, relations
from menon.apps.socratic.questions.parsers.clauses import items, outside, sentences, squeezed
from menon.apps.socratic.questions.parsers.field_types import NATURAL, TECHNICAL
from menon.apps.socratic.questions.parsers.names import bare, type_name
from menon.apps.socratic.questions.parsers.reading import Context, Reading

MOST: Final = 1_000
_MOST_WORDS: Final = 4
_LEAD: Final = re.compile(
    r"(?:(?:we|it|they|the system|the app|the application|you|i)(?:'re|'m| are| am)?\s+)?"
    r"(?:(?:going to|must|should|need to|"
    r"needs to|want to|will|would)\s+)?(?:keep track of|keeps? records? of|keep|keeps|store|stores|"
    r"manage|manages|track|tracks|record|records|have|has|need|needs|there are|there is|mainly|"
    r"the main things are|things like|information about|data about|details of|entities|data|"
    r"records|things)\b[\s:]*",
    re.IGNORECASE,
)
_HEADING: Final = re.compile(
    r"(?:entities|data|records|things|objects|tables|models|we keep|we store|main things)\s*:",
    re.IGNORECASE,
)
_DEFINED: Final = re.compile(r"(?P<name>[^\W\d_][\w '-]{0,79}?)\s*:(?!/)\s*(?P<body>.*)", re.DOTALL)
_SAID: Final = re.compile(
    r"(?P<name>[^\W\d_][\w '-]{0,60}?)\s(?:has|have|with|consists? of|is described by|are "
    r"described by|contains?|records?|stores?)\s(?:an? |the )?(?P<body>.*)",
    re.IGNORECASE | re.DOTALL,
)
_CALLED: Final = re.compile(
    r"(?P<name>[^\W\d_][\w ]{0,79}?)\s*[({\[](?P<body>.*?)[)}\]]?\s*", re.DOTALL
)
_CLOSED: Final = re.compile(r"([)\]}])(?: ?, ?(?:and )?| and )", re.IGNORECASE)
_NEXT: Final = re.compile(r",? and (?=(?:each|every) )", re.IGNORECASE)
_INNER: Final = re.compile(
    r"(?P<name>[A-Z][\w]{0,79}(?: [A-Z]\w{0,79}){0,2})\s*:\s*(?P<body>.+)", re.DOTALL
)
_PROSE: Final = frozenset(
    [
        "is",
        "are",
        "was",
        "be",
        "can",
        "could",
        "may",
        "must",
        "should",
        "will",
        "would",
        "want",
        "wants",
        "need",
        "needs",
        "that",
        "which",
        "who",
        "when",
        "because",
        "if",
        "so",
        "this",
        "these",
        "it",
        "they",
        "we",
        "you",
        "i",
        "not",
        "only",
        "also",
        "about",
        "their",
        "there",
        "has",
        "have",
    ]
)


@dataclass(slots=True)
class _Found:
    entities: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    relations: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    rest: list[str] = field(default_factory=list[str])
    known: tuple[str, ...] = ()

    def entity(self, name: str, listed: fields.Fields | None = None) -> None:
        """Notes an entity; fields that come twice count once."""
        if name not in self.entities:
            if len(self.entities) >= MOST:
                self.rest.append(name)
                return
            self.entities[name] = {"name": name, "fields": []}
        if listed:
            have = {one["name"] for one in self.entities[name]["fields"]}
            new = [one for one in listed.fields if one["name"] not in have]
            self.entities[name]["fields"] += new
            self.relations += [one | {"source": one["source"] or name} for one in listed.relations]
            self.rest += listed.rest


def parse(text: str, context: Context) -> Reading | None:
    """`{entities: [{name, fields}], relations}`; whom a relation names is an entity too."""
    found = _Found()
    spoken = [part for one in sentences(text) for part in _NEXT.split(one)]
    pieces = [piece for one in spoken for piece in _inline(one)]
    known = dict.fromkeys([*context.entities, *_announced(pieces, context)])
    context = Context(entities=tuple(known), actors=context.actors)
    for piece in pieces:
        _take(piece, context, found)
    for one in found.relations:
        found.entity(one["source"])
        found.entity(one["target"])
    if not found.entities:
        return None
    value = {"entities": list(found.entities.values()), "relations": found.relations}
    shown = "; ".join([*map(_said, found.entities.values()), *map(relations.said, found.relations)])
    return Reading(value=value, shown=shown, rest=tuple(found.rest))


def _announced(pieces: list[str], context: Context) -> list[str]:
    """The entities that are defined somewhere, so that an earlier one may point at them."""
    defined = [_DEFINED.fullmatch(piece) or _CALLED.fullmatch(piece) for piece in pieces]
    names = [_entity_name(one["name"], context) for one in defined if one]
    return [name for name in names if name]


def _take(piece: str, context: Context, found: _Found) -> None:
    """Reads one sentence: a definition, a relation, or a list of names."""
    heading = _HEADING.match(piece)
    if heading:
        piece = piece[heading.end() :].strip()
    if not heading and _definition(_DEFINED.fullmatch(piece), context, found):
        return
    stated = [relations.sentence(one, context) for one in relations.statements(piece)]
    if stated and all(stated):
        found.relations += [one for related in stated for one in related]
        return
    called = [_CALLED.fullmatch(part) for part in outside(_CLOSED.sub(r"\1;", piece), ";")]
    if called and all(called) and all(_definition(one, context, found) for one in called):
        return
    if _definition(_SAID.fullmatch(_unled(piece)), context, found):
        return
    if not _listed(piece, context, found) and piece:
        found.rest.append(piece)


def _definition(match: re.Match[str] | None, context: Context, found: _Found) -> bool:
    if not match:
        return False
    name = _entity_name(match["name"], context)
    if not name:
        return False
    inside = Context(subject=name, entities=context.entities, actors=context.actors)
    listed = fields.read(match["body"], inside)
    if not listed.fields and not listed.relations and match["body"].strip():
        return False
    found.entity(name, listed)
    return True


def _listed(piece: str, context: Context, found: _Found) -> bool:
    """A list of names: `books, members and loans`."""
    names: list[str] = []
    for item in items(_unled(piece)):
        noun = bare(re.sub(r"\([^()]{0,200}\)", "", item))
        name = _entity_name(noun, context)
        if not name:
            return False
        names.append(name)
    for name in names:
        found.entity(name)
    return bool(names)


def _entity_name(text: str, context: Context) -> str:
    text = bare(_unled(text))
    spoken = text.lower().split()
    if not spoken or len(spoken) > _MOST_WORDS or _PROSE.intersection(spoken):
        return ""
    return type_name(text, context.entities)


def _unled(text: str) -> str:
    lead = _LEAD.match(text)
    return text[lead.end() :] if lead and lead.end() < len(text) else text


def _inline(text: str) -> list[str]:
    """`Book: title, isbn, Member: name` is two definitions: a new one begins with a capital."""
    if text.count(":") < 2:
        return [text]
    pieces: list[str] = []
    for part in outside(text, ","):
        inner = _INNER.fullmatch(part)
        body = inner["body"].split() if inner else []
        kind = " ".join(body).lower()
        typed = kind in TECHNICAL or kind in NATURAL or (len(body) == 1 and body[0][:1].isupper())
        if not pieces or (inner and not typed):
            pieces.append(part)
        else:
            pieces[-1] = f"{pieces[-1]}, {part}"
    return pieces


def _said(entity: dict[str, Any]) -> str:
    listed = ", ".join(map(fields.said, entity["fields"]))
    return squeezed(f"{entity['name']}: {listed}" if listed else entity["name"])
