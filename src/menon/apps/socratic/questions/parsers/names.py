"""Names of entities, fields and actors, from how people say them: `order lines` is `OrderLine`."""

import re
from collections.abc import Iterable
from typing import Final

LONGEST: Final = 80

_PARTS: Final = re.compile(r"[^\W_]+")
_HUMPS: Final = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_ARTICLE: Final = re.compile(
    r"(?:(?:a|an|the|each|every|any|all|one|our|their|its|his|her|my|some|many|several|"
    r"multiple|exactly|only|single|also|and|both|zero or more|one or more)\s)+",
    re.IGNORECASE,
)
_IRREGULAR: Final = {
    "people": "person", "children": "child", "men": "man", "women": "woman", "mice": "mouse",
    "feet": "foot", "teeth": "tooth", "geese": "goose", "data": "data", "news": "news",
    "series": "series", "species": "species", "media": "media", "staff": "staff",
    "addresses": "address", "statuses": "status", "buses": "bus", "classes": "class",
    "indices": "index", "matrices": "matrix", "criteria": "criterion", "analyses": "analysis",
    "diagnoses": "diagnosis", "theses": "thesis", "crises": "crisis", "bonuses": "bonus",
    "lives": "life", "wives": "wife", "leaves": "leaf", "shelves": "shelf", "halves": "half",
    "knives": "knife", "movies": "movie", "cookies": "cookie", "viruses": "virus",
    "quizzes": "quiz", "invoices": "invoice", "caches": "cache", "aches": "ache",
    "houses": "house", "warehouses": "warehouse", "courses": "course", "expenses": "expense",
    "purchases": "purchase", "responses": "response", "licenses": "license", "leases": "lease",
    "nurses": "nurse", "horses": "horse", "databases": "database", "cases": "case",
    "releases": "release", "exercises": "exercise", "phases": "phase", "premises": "premise",
}  # fmt: skip
_PLURALS: Final = {one: many for many, one in _IRREGULAR.items()}


def singular(word: str) -> str:
    """One of what a word names; keeps the case of its beginning."""
    low = word.lower()
    if low in _IRREGULAR:
        return _cased(_IRREGULAR[low], word)
    if len(low) <= 3 or low.endswith(("ss", "us", "is", "as")) or not low.endswith("s"):
        return word
    if low.endswith("ies") and len(low) > 4:
        return word[:-3] + "y"
    if low.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    return word[:-1]


def plural(word: str) -> str:
    """Several of what a word names."""
    low = word.lower()
    if low in _PLURALS:
        return _cased(_PLURALS[low], word)
    if low.endswith("y") and low[-2:-1] not in set("aeiou"):
        return word[:-1] + "ies"
    return word + ("es" if low.endswith(("s", "x", "z", "ch", "sh")) else "s")


def bare(text: str) -> str:
    """A noun without what stands before it, such as `each` or `exactly one`."""
    text = text.strip(" \t\n.,:;!?\"'`*_")
    found = _ARTICLE.match(text)
    return text[found.end() :] if found and found.end() < len(text) else text


def type_name(text: str, known: Iterable[str] = ()) -> str:
    """The name of an entity: singular, in capitals and small letters; a known one is kept as it is.

    Empty where there is no letter in it.
    """
    pieces = _pieces(bare(text))
    if not pieces:
        return ""
    pieces[-1] = singular(pieces[-1])
    name = "".join(piece[:1].upper() + piece[1:] for piece in pieces)[:LONGEST]
    if not name[0].isalpha():
        return ""
    low = name.lower()
    return next((one for one in known if one.lower() == low), name)


def identifier(text: str) -> str:
    """The name of a field: small letters, parts joined by `_`. Empty where nothing is left."""
    pieces = [piece.lower() for piece in _pieces(text)]
    return "_".join(pieces)[:LONGEST].strip("_")


def actor(text: str, known: Iterable[str] = ()) -> str:
    """The name of an actor: an identifier in the singular; a known one is kept as it is."""
    pieces = [piece.lower() for piece in _pieces(bare(text))]
    if not pieces:
        return ""
    pieces[-1] = singular(pieces[-1])
    name = "_".join(pieces)[:LONGEST]
    if name in {"everybody", "everyone", "anybody", "anyone", "all", "user", "people", "person"}:
        return "user"
    return next((one for one in known if one.lower() == name), name)


def spoken(name: str) -> str:
    """A name as words in a sentence: `OrderLine` and `order_line` are `order line`."""
    return " ".join(piece.lower() for piece in _pieces(name))


def mentions(text: str, known: Iterable[str]) -> list[str]:
    """The known names that a text mentions, one or many of them; in the order of the names."""
    low = f" {' '.join(_PARTS.findall(text.lower()))} "
    found: list[str] = []
    for name in known:
        said = spoken(name)
        head, _, last = said.rpartition(" ")
        forms = {said, f"{head} {plural(last)}".strip(), name.lower(), plural(name.lower())}
        if any(f" {form} " in low for form in forms):
            found.append(name)
    # `line` in `order line` is not the entity Line.
    return [one for one in found if not any(_inside(one, other, low) for other in found)]


def _inside(one: str, other: str, low: str) -> bool:
    said, longer = spoken(one), spoken(other)
    if one == other or f" {said} " not in f" {longer} ":
        return False
    return low.count(f" {said}") <= low.count(f" {longer}")


def _pieces(text: str) -> list[str]:
    return [piece for part in _PARTS.findall(text[:400]) for piece in _HUMPS.split(part) if piece]


def _cased(word: str, like: str) -> str:
    return word[:1].upper() + word[1:] if like[:1].isupper() else word
