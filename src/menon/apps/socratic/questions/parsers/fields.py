"""Fields of an entity: `title, isbn unique, price > 0, status (draft, sent), author: Author`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from menon.apps.socratic.questions.parsers import field_limits, relations
from menon.apps.socratic.questions.parsers.clauses import outside, squeezed
from menon.apps.socratic.questions.parsers.field_types import NATURAL, TECHNICAL, likely
from menon.apps.socratic.questions.parsers.names import identifier, mentions, type_name
from menon.apps.socratic.questions.parsers.reading import Context, Reading

MOST: Final = 200
_LONGEST_ITEM: Final = 400
_MOST_WORDS: Final = 5

_AND: Final = re.compile(r"(?<!\d)\s+(?:and|plus|as well as|&)\s+", re.IGNORECASE)
_CONTINUES: Final = re.compile(
    r"(?:min|max|minimum|maximum|at least|at most|up to|no more than|length)\b.{0,80}\d.{0,40}|"
    r"defaults? .{1,80}|[<>]=? ?[\d.]{1,20}|unique|required|mandatory|optional|nullable|not null|"
    r"positive|not negative|non-negative",
    re.IGNORECASE,
)
_LEAD: Final = re.compile(
    r"(?:it|they|we|each|every|this|these|that|fields?|attributes?|properties|columns?|also|with|"
    r"has|have|having|needs?|store|stores|keep|keeps|record|records|contains?|includes?|and|plus|"
    r"the|an?|its|their|of|are|is|us|please|add)\b[\s:]*",
    re.IGNORECASE,
)
_ADJECTIVE: Final = re.compile(
    r"(?P<word>required|mandatory|optional|unique|nullable|non-empty)\s+(?=\S)", re.IGNORECASE
)
_WORDS: Final = "|".join(sorted((re.escape(word) for word in TECHNICAL), key=len, reverse=True))
_CUT: Final = re.compile(
    r"[:(><=\[|]|->|\u2192|\b(?:required|mandatory|obligatory|unique|optional|nullable|not null|"
    r"not empty|must|positive|negative|non-negative|not negative|between|at least|at most|up to|"
    r"no more than|min(?:imum)?|max(?:imum)?|default|defaults|one of|either|list of|many|enum|"
    r"from -?\d|"
    rf"which|that|e\.g\.|like|such as|referenc\w{{1,5}}|{_WORDS})(?!\w)|"
    r"\d{1,18}\s?(?:\.\.|-|to)\s?\d|[\w-]+(?:/[\w-]+)+",
    re.IGNORECASE,
)
_FLAG: Final = {
    "required": re.compile(
        r"\b(?:required|mandatory|obligatory|not null|not empty|must)\b|!$", re.IGNORECASE
    ),
    "optional": re.compile(
        r"\b(?:optional|nullable|may be empty|if known|not required)\b|\?$", re.IGNORECASE
    ),
    "unique": re.compile(r"\bunique\b", re.IGNORECASE),
}
_VALUES: Final = re.compile(
    r"(?:one of|either|values?|enum)?[\s:]*(?P<list>[^()\[\]]+)", re.IGNORECASE
)
_SLASHED: Final = re.compile(r"(?<![\w/-])[^\W\d][\w-]*(?:\s?[/|]\s?[^\W\d][\w-]*)+(?![\w/])")
_BRACKETS: Final = re.compile(r"[(\[{](?P<inside>[^()\[\]{}]*)[)\]}]")
_MODIFIER: Final = re.compile(
    r"(?:required|mandatory|optional|unique|nullable|not null|positive|yes/no|true/false|"
    rf"{_WORDS}|{'|'.join(NATURAL)}|(?:min|max|at least|at most|up to|default|length|[<>=]).*|"
    r"[\d.,]+\s?(?:-|\.\.|to)\s?[\d.,]+|.*\b(?:chars?|characters)|long)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Fields:
    """What a list of fields says: the fields, references to other entities, and the rest."""

    fields: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    relations: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    rest: list[str] = field(default_factory=list[str])


def parse(text: str, context: Context) -> Reading | None:
    """`{fields, relations}` of one entity; a field is an `EntityField` that may have `values`."""
    found = read(text, context)
    if not found.fields and not found.relations:
        return None
    value = {"fields": found.fields, "relations": found.relations}
    shown = ", ".join([*map(said, found.fields), *map(relations.said, found.relations)])
    return Reading(value=value, shown=shown, rest=tuple(found.rest))


def read(text: str, context: Context) -> Fields:
    """Every field and reference that a text lists; a name that comes twice counts once."""
    found = Fields()
    names: set[str] = set()
    for part in split(text):
        if related := relations.sentence(part, context):
            found.relations += related
            continue
        one = single(part, context)
        if one is None or len(found.fields) >= MOST:
            found.rest.append(part)
        elif "target" in one:
            found.relations.append(one)
        elif one["name"] not in names:
            names.add(one["name"])
            found.fields.append(one)
    return found


def split(text: str) -> list[str]:
    """The items of a list of fields; where `;` or lines separate them, a comma does not."""
    marks = ";\n" if ";" in text else ",\n"
    found: list[str] = []
    for item in (one for part in outside(text, marks) for one in _conjoined(part)):
        if found and _CONTINUES.fullmatch(item.strip(" .")):
            found[-1] = f"{found[-1]} {item}"  # `hours > 0, max 24` is one field
        elif item.strip(" ."):
            found.append(item)
    return found


def single(text: str, context: Context) -> dict[str, Any] | None:
    """One field, or a relation (with `target`); None where it is rather a sentence."""
    text = squeezed(text).strip(" .,;")
    if not text or len(text) > _LONGEST_ITEM:
        return None
    flags, text = _leading(text)
    cut = _CUT.search(text, 1)
    name_text, rest = (text[: cut.start()], text[cut.start() :]) if cut else (text, "")
    if len(name_text.split()) > _MOST_WORDS or not any(map(str.isalpha, name_text)):
        return None
    name = identifier(name_text)
    if not name:
        return None
    if target := _target(name, rest, context):
        optional = "optional" in flags or bool(_FLAG["optional"].search(rest))
        return relations.reference(context.subject, name, target, required=not optional)
    return _made(name, rest, flags)


def said(one: dict[str, Any]) -> str:
    """A field for people: its name, its type, and what is asked of it."""
    words = [one["name"], f"({one.get('type', 'string')}"]
    words += [word for word in ("required", "unique") if one.get(word)]
    words += field_limits.said(one)
    if values := one.get("values"):
        words.append(f"one of {'/'.join(values)}")
    return f"{words[0]} {', '.join(words[1:])})"


def _made(name: str, rest: str, flags: set[str]) -> dict[str, Any]:
    flags |= {flag for flag, pattern in _FLAG.items() if pattern.search(rest)}
    if "optional" in flags:
        flags.discard("required")
    values = _values(rest)
    kind = "enum" if values else _type(rest)
    made: dict[str, Any] = {"name": name, "type": kind or likely(name)}
    if values:
        made["values"] = values
    made |= {flag: True for flag in ("required", "unique") if flag in flags}
    if "optional" in flags:
        made["required"] = False
    return made | field_limits.read(rest, made, typed=kind is not None)


def _conjoined(part: str) -> Iterable[str]:
    """The items around a closing `and`; not inside brackets."""
    if "(" in part or "[" in part or "one of" in part:
        return [part]
    return _AND.split(part)


def _leading(text: str) -> tuple[set[str], str]:
    """What stands before the name: `it has`, `optional`, `a unique`."""
    flags: set[str] = set()
    for _ in range(8):
        if (found := _ADJECTIVE.match(text)) and not text[found.end() :].startswith(":"):
            word = found["word"].lower()
            flags.add({"mandatory": "required", "nullable": "optional"}.get(word, word))
        elif not (found := _LEAD.match(text)) or found.end() >= len(text):
            break
        text = text[found.end() :]
    return flags, text


def _type(rest: str) -> str | None:
    for word in re.findall(r"[\w/-]+", rest.lower()):
        if word in TECHNICAL:
            return TECHNICAL[word]
        if word in NATURAL:
            return NATURAL[word]
    return None


def _values(rest: str) -> list[str] | None:
    """The members of an enumeration; None where there is none."""
    inside = [found["inside"] for found in _BRACKETS.finditer(rest)]
    lists = [*inside, *(found[0] for found in _SLASHED.finditer(rest) if not _truth(found[0]))]
    if not lists and (found := re.search(r"\b(?:one of|either)\b", rest, re.IGNORECASE)):
        lists = [rest[found.end() :]]
    for given in lists:
        body = _VALUES.match(given)
        parts = re.split(r"\s*[,/|;]\s*|\s+or\s+", body["list"] if body else "")
        if len(parts) < 2 or all(_MODIFIER.fullmatch(part.strip()) for part in parts if part):
            continue
        values = [one for part in parts if (one := identifier(part))]
        if len(set(values)) >= 2:
            return list(dict.fromkeys(values))[:200]
    return None


def _truth(text: str) -> bool:
    return text.lower().replace(" ", "") in {"yes/no", "true/false", "and/or"}


def _target(name: str, rest: str, context: Context) -> str:
    """The entity that a field points at; empty where it holds a value of its own."""
    arrow = re.match(r"\s*(?::|->|\u2192|\()\s*(?P<to>[A-Z]\w{0,79})\s*\)?", rest)
    if arrow and (to := arrow["to"]).lower() not in TECHNICAL and to.lower() not in NATURAL:
        known = type_name(to, context.entities)
        if known in context.entities or rest.lstrip().startswith(("->", "\u2192")):
            return known
        if rest.startswith(":") and to[1:2].islower() and not _values(rest):
            return known
    plain = name.removesuffix("_id")
    if any(_type(rest) == kind for kind in TECHNICAL.values()) or _values(rest):
        return ""
    exact = type_name(plain.replace("_", " "), context.entities)
    if exact in context.entities and exact != context.subject and mentions(plain, [exact]):
        return exact
    return ""
