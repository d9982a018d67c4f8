"""How entities relate: `Loan belongs to Book and Member`, `Author has many Books`, `Tag n:m Post`.

Every statement is turned to the side that holds the reference, so that `Author has many Books`
and `Book belongs to Author` are the same relation.
"""

import re
from typing import Any, Final

from menon.apps.socratic.questions.parsers.clauses import sentences, squeezed
from menon.apps.socratic.questions.parsers.names import bare, identifier, plural, spoken, type_name
from menon.apps.socratic.questions.parsers.reading import Context, Reading

_LONGEST: Final = 300
_MOST_WORDS: Final = 4
_BELONGS: Final = re.compile(
    r"\s(?P<soft>optionally |may |can |sometimes )?(?:must |always )?(?:belongs? to|"
    r"(?:is|are) (?:part of|a part of|owned by|made by|written by|assigned to|placed by|for|"
    r"created by|taught by|held in|located in|linked to|attached to|booked by|from)|"
    r"references?|refers? to|points? to|->|\u2192|n:1|\*:1|many[- ]to[- ]one)\s"
    r"(?P<loose>at most one |zero or one |optionally |maybe )?",
    re.IGNORECASE,
)
_BOTH: Final = re.compile(
    r"\s(?:(?:has|have) and belongs? to many|n:m|m:n|\*:\*|many[- ]to[- ]many(?: with| to)?|"
    r"(?:is|are) many[- ]to[- ]many (?:with|to)|(?:have|has) a many[- ]to[- ]many relation "
    r"(?:with|to))\s",
    re.IGNORECASE,
)
_MANY: Final = re.compile(
    r"\s(?:can |may |must |will )?(?:has|have|own|owns|contains?|holds?|includes?|consists? of|"
    r"1:n|1:\*|one[- ]to[- ]many|1--\*)\s?(?P<many>many|several|multiple|any number of|"
    r"zero or more|one or more|at least one|lots of|a list of|some)?\s",
    re.IGNORECASE,
)
_ONE: Final = re.compile(
    r"\s(?:can |may |must )?(?:(?:has|have) (?:exactly |at most |only )?"
    r"(?:one|a single|zero or one)|"
    r"1:1|one[- ]to[- ]one(?: with)?)\s",
    re.IGNORECASE,
)
_SELF_MANY: Final = re.compile(r"(?:1:n|1:\*|one[- ]to[- ]many|1--\*)", re.IGNORECASE)
_JOINT: Final = re.compile(r"(\s*,\s*(?:and\s)?|\s+and\s+)", re.IGNORECASE)
_SEVERAL: Final = re.compile(r"\s*,\s*|\s+(?:and|or|as well as|&)\s+", re.IGNORECASE)
_TAIL: Final = re.compile(
    r"[.!?(]|\s(?:which|that|who|so that|because|when|if|as|through|via|with|deleted|at|"
    r"optional(?:ly)?|required)\b",
    re.IGNORECASE,
)
_CASCADE: Final = re.compile(
    r"\b(?:cascad\w{1,4}|deleted with|goes with|removed with)\b", re.IGNORECASE
)
_OPTIONAL: Final = re.compile(r"\boptional(?:ly)?\b|\bif any\b|\bmay be empty\b", re.IGNORECASE)
_LEAD: Final = re.compile(r"(?:and|also|then|so|where|while|the fact that)\s", re.IGNORECASE)


def parse(text: str, context: Context) -> Reading | None:
    """A list of relations, each `{source, name, target, kind, required, ...}`."""
    found: list[dict[str, Any]] = []
    rest: list[str] = []
    for one in (part for line in sentences(text) for part in statements(line)):
        related = sentence(one, context)
        found += related
        if not related:
            rest.append(one)
    if not found:
        return None
    return Reading(value=found, shown=", ".join(map(said, found)), rest=tuple(rest))


def statements(text: str) -> list[str]:
    """One piece for each statement: a new one begins where a comma or `and` leads to a verb."""
    pieces = _JOINT.split(text)
    found = [[pieces[0]]]
    verb = _verb(pieces[0])
    for joint, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        another = _verb(piece)
        if another and verb:
            found.append([piece])
        else:
            found[-1] += [joint, piece]
        verb = verb or another
    return [whole for one in found if (whole := "".join(one).strip(" .,"))]


def sentence(text: str, context: Context) -> list[dict[str, Any]]:
    """The relations of one sentence; none where it speaks of something else.

    A sentence without a subject, such as `belongs to Book`, is of the entity that is asked about.
    """
    text = squeezed(text)
    if not text or len(text) > _LONGEST:
        return []
    if lead := _LEAD.match(text):
        text = text[lead.end() :]
    text = f" {text} "
    for pattern, kind in ((_BOTH, "both"), (_BELONGS, "belongs"), (_ONE, "one"), (_MANY, "many")):
        match = pattern.search(text)
        if not match or (kind == "many" and not _is_many(match)):
            continue
        subject = _subject(text[: match.start()], context)
        targets = _targets(text[match.end() :], context)
        if subject and targets:
            return [_relation(kind, subject, one, match, text) for one in targets]
    return []


def reference(source: str, name: str, target: str, *, required: bool) -> dict[str, Any]:
    """A field that points at another entity, as a relation; never required of its own kind."""
    return {
        "source": source,
        "name": name.removesuffix("_id") or name,
        "target": target,
        "kind": "many_to_one",
        "required": required and source != target,
    }


def said(one: dict[str, Any]) -> str:
    """A relation for people."""
    verb = {
        "many_to_one": "belongs to",
        "one_to_one": "has one",
        "many_to_many": "has and belongs to many",
    }[one["kind"]]
    target = plural(one["target"]) if one["kind"] == "many_to_many" else one["target"]
    kind = "" if one["required"] or one["kind"] == "many_to_many" else " (optional)"
    return f"{one['source'] or 'it'} {verb} {target}{kind}"


def _relation(
    kind: str, subject: str, target: str, match: re.Match[str], text: str
) -> dict[str, Any]:
    optional = bool(_OPTIONAL.search(text))
    made: dict[str, Any]
    if kind == "both":
        made = {"source": subject, "name": _many(target), "target": target}
        made |= {"kind": "many_to_many", "required": False, "inverse": _many(subject)}
    elif kind == "many":
        made = reference(target, identifier(subject), subject, required=not optional)
        made["inverse"] = _many(target)
    elif kind == "one":
        optional = optional or "at most" in match[0] or "zero" in match[0] or "may" in match[0]
        made = reference(subject, identifier(target), target, required=not optional)
        made["kind"] = "one_to_one"
    else:
        optional = optional or bool(match["soft"] or match["loose"])
        made = reference(subject, identifier(target), target, required=not optional)
    if made["source"] == made["target"]:
        made["name"] = "parent" if kind != "both" else f"related_{made['name']}"
        made["inverse"] = "children" if kind != "both" else None
    if _CASCADE.search(text):
        made["on_delete"] = "cascade"
    return {key: one for key, one in made.items() if one is not None}


def _verb(text: str) -> bool:
    text = f" {squeezed(text[:_LONGEST])} "
    many = _MANY.search(text)
    simple = _BELONGS.search(text) or _BOTH.search(text) or _ONE.search(text)
    return bool(simple) or (many is not None and _is_many(many))


def _is_many(match: re.Match[str]) -> bool:
    return match["many"] is not None or bool(_SELF_MANY.search(match[0]))


def _subject(text: str, context: Context) -> str:
    words = bare(text).split()
    if not words or text.strip().lower() in {"it", "each", "they", "every one", "one"}:
        return context.subject
    return _named(text, context)


def _targets(text: str, context: Context) -> list[str]:
    tail = _TAIL.search(text)
    names = _SEVERAL.split(text[: tail.start()] if tail else text)
    found = [_named(name, context) for name in names if name.strip()]
    return list(dict.fromkeys(found)) if found and all(found) else []


def _named(text: str, context: Context) -> str:
    noun = bare(text)
    if not noun or len(noun.split()) > _MOST_WORDS:
        return ""
    return type_name(noun, context.entities)


def _many(name: str) -> str:
    head, _, last = spoken(name).rpartition(" ")
    return identifier(f"{head} {plural(last)}")
