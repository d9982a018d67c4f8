"""Who may do what: `librarians may create and delete books, members may only read`."""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from menon.apps.socratic.questions.parsers.clauses import sentences, squeezed
from menon.apps.socratic.questions.parsers.names import actor, bare, mentions, plural, spoken
from menon.apps.socratic.questions.parsers.reading import Context, Reading

_MOST: Final = 2_000
_ORDER: Final = ("create", "read", "update", "delete")
_VERBS: Final = {
    "create": "create add register make place post submit enter write open insert new",
    "read": "read see view list browse search look find access inspect consult watch",
    "update": "update edit change modify correct approve reject close move assign rename return "
    "cancel renew confirm mark",
    "delete": "delete remove erase destroy archive",
    "*": "manage administer maintain everything anything all full control do crud",
}
_ACTION: Final = {
    form: action
    for action, words in _VERBS.items()
    for word in words.split()
    for form in (word, f"{word}s")
}
_MODAL: Final = re.compile(
    r"\s(?P<modal>(?:may|can|must|should|shall|could|is|are|might)(?:\s(?:only|also|be))?(?:\s(?:not|"
    r"never|allowed to|able to|permitted to|forbidden to))?(?:\s(?:only|also))?|cannot|can't|"
    r"mustn't|"
    r"shouldn't|may not|never|has|have|do not|don't|only)\s",
    re.IGNORECASE,
)
_DENIED: Final = re.compile(
    r"\b(?:not|never|cannot|can't|mustn't|shouldn't|don't|forbidden)\b", re.IGNORECASE
)
_SEVERAL: Final = re.compile(r"\s*(?:,|\band\b|\bor\b|&|/)\s*", re.IGNORECASE)
_OWN: Final = re.compile(
    r"\b(?:own|theirs|his|her|they (?:made|created)|of their|themselves)\b", re.IGNORECASE
)
_ALL: Final = re.compile(
    r"\b(?:everything|anything|all (?:data|records|entities|things|of it)|it all|full access|"
    r"nothing|whole system|full control)\b",
    re.IGNORECASE,
)
_JOINT: Final = re.compile(r"(,\s*(?:and\s)?|\s(?:and|or)\s)")
_CUT: Final = re.compile(r"\s*(?:;|\n|,?\s(?:but|while|whereas|although)\s)\s*", re.IGNORECASE)
_MOST_WORDS: Final = 4
_NOBODY: Final = frozenset({"it", "this", "that", "there", "nobody", "no_one", "which", "they"})


_Group = tuple[list[str], list[str], str]
"""Actions, entities, and whether all of them or one's own."""


@dataclass(slots=True)
class _Said:
    """What the last part said, for a part that leaves it out: `members may only read`."""

    actors: list[str] = field(default_factory=list[str])
    entities: list[str] = field(default_factory=list[str])
    denied: bool = False


def parse(text: str, context: Context) -> Reading | None:
    """A list of permissions, each `{actor, entity, actions, scope, effect}`; `*` is every entity.

    What no permission names is denied, so `only` needs no denial of its own.
    """
    found: list[dict[str, Any]] = []
    rest: list[str] = []
    last = _Said()
    for part in _parts(text):
        granted = _granted(part, context, last)
        if granted and len(found) + len(granted) <= _MOST:
            found += [one for one in granted if one not in found]
        else:
            rest.append(part)
    if not found:
        return None
    return Reading(value=found, shown="; ".join(map(said, found)), rest=tuple(rest))


def said(one: dict[str, Any]) -> str:
    """A permission for people."""
    may = "may" if one["effect"] == "allow" else "must not"
    own = "their own " if one["scope"] == "own" else ""
    what = "everything" if one["entity"] == "*" else plural(spoken(one["entity"]))
    who = plural(one["actor"].replace("_", " "))
    return f"{who} {may} {', '.join(one['actions'])} {own}{what}"


def _parts(text: str) -> list[str]:
    """Cut before each new subject: at a comma or `and` that a modal follows soon."""
    found: list[str] = []
    text = text.replace(": ", " may ")  # `managers: everything`
    for one in (piece for line in sentences(text) for piece in _CUT.split(line)):
        pieces = _JOINT.split(one)
        current, modal = [pieces[0]], _MODAL.search(f" {pieces[0]} ") is not None
        for mark, piece in zip(pieces[1::2], pieces[2::2], strict=True):
            begins = _begins(piece)
            if begins and modal:
                found.append("".join(current))
                current = [piece]
            else:
                current += [mark, piece]
            modal = modal or begins or _MODAL.search(f" {piece} ") is not None
        found.append("".join(current))
    return [squeezed(one).strip(" .,") for one in found if one.strip(" .,")]


def _begins(piece: str) -> bool:
    """Whether a few words and a modal stand at its beginning: a new subject."""
    modal = _MODAL.search(f"{piece[:200]} ")
    return modal is not None and 0 < len(piece[: modal.start()].split()) <= _MOST_WORDS


def _granted(part: str, context: Context, last: _Said) -> list[dict[str, Any]]:
    text = f" {part} "
    exclusive = text.lower().startswith((" only ", " just "))
    if exclusive:
        text = text[5:]
    modal = _MODAL.search(text)
    if modal:
        who = _who(text[: modal.start()], context) if modal.start() else last.actors
        last.actors, last.denied = who, bool(_DENIED.search(modal[0]))
        text = text[modal.end() :]
    if not last.actors:
        return []
    effect = "deny" if last.denied else "allow"
    return [
        {"actor": who, "entity": entity, "actions": actions, "scope": scope, "effect": effect}
        for actions, entities, scope in _groups(text, context, last)
        for who in last.actors
        for entity in entities
    ]


def _groups(text: str, context: Context, last: _Said) -> list[_Group]:
    """Verbs with their objects: `read books and create their own loans` are two groups.

    A verb without an object shares the next one's; an object without a verb the last one's.
    """
    groups: list[_Group] = []
    waiting: set[str] = set()
    for piece in _SEVERAL.split(text):
        entities = mentions(piece, context.entities) or (["*"] if _ALL.search(piece) else [])
        said = _actions(piece)
        scope = "own" if _OWN.search(piece) else "all"
        if said and entities:
            groups.append((_ordered(waiting | said), entities, scope))
            waiting = set()
        elif entities and waiting:
            groups.append((_ordered(waiting), entities, scope))
            waiting = set()
        elif entities and groups:
            groups.append((groups[-1][0], entities, groups[-1][2] if scope == "all" else scope))
        waiting |= said if not entities else set()
    if waiting and (groups or last.entities):
        groups.append((_ordered(waiting), groups[-1][1] if groups else last.entities, "all"))
    if groups:
        last.entities = groups[-1][1]
    return groups


def _who(text: str, context: Context) -> list[str]:
    nouns = [one for one in _SEVERAL.split(text) if one.strip()]
    who = [actor(one, context.actors) for one in nouns]
    long = any(len(bare(one).split()) > _MOST_WORDS for one in nouns)
    return [] if long or not all(who) or _NOBODY.intersection(who) else who


def _actions(text: str) -> set[str]:
    found: set[str] = set()
    for word in re.findall(r"[a-z]+", text.lower()):
        action = _ACTION.get(word)
        if action == "*":
            # `read everything` is a reading of all, not all that can be done.
            found |= set() if found else set(_ORDER)
        elif action:
            found.add(action)
    return found


def _ordered(actions: set[str]) -> list[str]:
    return [action for action in _ORDER if action in actions]
