"""Who a right is given to and what it is about, out of the words around its verb."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import cast

from menon.apps.socratic.conflicts.lexicon import Phrases, document, known, words
from menon.apps.socratic.conflicts.words import Token

_NO_ROLE = frozenset(
    {"right", "role", "permission", "permiss", "authority", "licens", "exclusively", "solely", "",
     "alone", "person", "account", "member of", "belong", "normal", "ordinary", "regular",
     "privileg", "always", "authoris", "authoriz", "immediat", "directly", "instantly", "never",
     "promptly", "automatically", "manually"}
)  # fmt: skip
_OF = frozenset({"of", "in", "for", "from", "on", "about", "without", "to"})
"""What stands behind these says which of the objects."""
_ENDS = frozenset(
    {"under", "during", "after", "before", "without", "by", "with", "via", "using",
      "within", "at", ",", ":", "through"}
)  # fmt: skip
_WHERE = frozenset({"on", "in", "at", "from", "of", "within"})
_POSSESSIVES = frozenset({"their", "his", "her", "its", "your", "our", "my"})
_REFLEXIVE = frozenset({"themselves", "themself", "himself", "herself", "itself"})
_CIRCUMSTANCE = frozenset({"for", "in", "due", "on", "by", "at", "from", "with", "out"})
_DETERMINERS = frozenset({"no", "every", "each", "any", "all", "the", "a", "an"})
_ARTICLES = frozenset({"the", "our", "all", "these", "those", "their"})
_ANYTHING = frozenset({"anything", "everything", "nothing"})
ANY = "*"
"""Stands for whatever a right may be about."""
EVERYONE, ALL, OWN, OTHERS = "everyone", "all", "own", "others"


@cache
def actions() -> Mapping[str, str]:
    """The action that each verb stands for, by canonical stem."""
    table = cast("Mapping[str, list[object]]", document("actions")["actions"])
    found: dict[str, str] = {}
    for action, verbs in table.items():
        for verb in verbs:
            found.setdefault(" ".join(known(str(verb))), action)
    return found


@cache
def nominal() -> Mapping[str, str]:
    """The action that a noun names: who sends invitations invites."""
    table = cast("Mapping[str, str]", document("actions")["nominal"])
    return {stem: action for noun, action in table.items() for stem in known(noun)}


def action_of(stem: str, *, behind_modal: bool = False) -> str:
    """The action that a verb stands for; a verb that nobody listed stands for itself.

    Args:
        stem: canonical.
        behind_modal: whether it follows `may` or `are forbidden to`, where only verbs stand.
    """
    known_one = actions().get(stem, "")
    if known_one or not behind_modal:
        return known_one
    return stem if stem.isalpha() and stem not in _no_action() else ""


@cache
def _no_action() -> frozenset[str]:
    keys = ("stop", "modal", "aux", "negator", "universal", "evaluation")
    return frozenset[str]().union(*(words("words", key) for key in keys)) | {"without", "only"}


def named_action(
    part: Sequence[str], *, behind_modal: bool = False
) -> tuple[str, Sequence[str]] | None:
    """The first action, and the words around it; right behind `forbidden to` it is any verb."""
    for at, stem in enumerate(part):
        if action := action_of(stem, behind_modal=behind_modal and at == 0):
            return action, [*part[:at], *part[at + 1 :]]
    return None


def behind(part: Sequence[str], *, first: bool) -> Sequence[str]:
    """What follows the action, which is the first word where only verbs may stand."""
    if first and action_of(part[0], behind_modal=True):
        return part[1:]
    at = next((at for at, stem in enumerate(part) if stem in actions()), 0)
    return part[at + 1 :]


@cache
def _owned(key: str) -> Phrases:
    return Phrases(((key, str(p)) for p in document("actors")[key]), known)


def actors_of(part: Sequence[str]) -> frozenset[str]:
    """The roles that a noun phrase names; each is one label."""
    found: set[str] = set()
    chunk: list[str] = []
    universal = bool({"every", "all", "any", "each", "no"} & set(part))
    for stem in [*part, ","]:
        if stem in {"and", "or", ",", "/", "nor"}:
            label = _label(chunk)
            if label:
                found.add(label)
            chunk = []
        else:
            chunk.append(stem)
    if universal and found == {"user"}:
        return frozenset({EVERYONE})
    return frozenset(found - {""})


def _label(chunk: Sequence[str]) -> str:
    whole = words("actors", "everyone") | words("actors", "nobody")
    if set(chunk) & (whole - {"all", "public", "no", "user", "customer", "one", "general"}):
        return EVERYONE
    if list(chunk)[:2] == ["no", "one"]:
        return EVERYONE
    loose = words("words", "stop") | words("words", "modal") | words("words", "negator")
    begin = 0
    if chunk and chunk[0] in _CIRCUMSTANCE:
        # `For reasons of privacy no parent may ...`: who it is stands behind.
        begin = max((at for at, s in enumerate(chunk) if s in _DETERMINERS and at > 1), default=0)
    kept = [s for s in chunk[begin:] if s not in loose and s not in _NO_ROLE]
    named = [s for s in kept if s.replace(" ", "").isalpha()]
    if not named or set(named) & (words("words", "whole") - {"part"}):
        return ""
    roles = [s for s in named if s in words("actors", "roles")]
    if len(roles) > 1 and "user" in roles:
        named = [s for s in named if s != "user"]
    return " ".join(named[:3])


def further(part: Sequence[str]) -> tuple[list[str], Sequence[str]]:
    """The actions that follow the first, as in `correct and edit`, and what stands behind."""
    more: list[str] = []
    at = 0
    while at + 1 < len(part) and part[at] in {"and", "or", ",", "/"}:
        if part[at + 1] not in actions():
            break
        more.append(actions()[part[at + 1]])
        at += 2
    return more, part[at:]


def object_of(part: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
    """What the right is about with all that narrows it, and the noun that it is."""
    loose = words("words", "stop") | words("words", "modal") | words("words", "negator")
    noise = loose | words("actions", "object_noise") | words("words", "universal")
    while part and part[0] in _ENDS:
        # `At weekends drafts are released`: the object comes after the time.
        part = part[1:]
    noise |= words("words", "light") - words("actions", "things")
    noise -= {"plan"}
    ends = (at for at in range(len(part)) if _ends_object(part, at))
    end = next(ends, len(part))
    people = {"user", "member", "person", "team", "staff", "employee"}
    kept = [(at, s) for at, s in enumerate(part[:end]) if s and s not in noise]
    kept = [(at, s) for at, s in kept if s.replace(" ", "").isalpha()]
    bare = [(at, s) for at, s in kept if s not in people] or kept
    bare = [(at, s) for at, s in bare if s not in _ANYTHING]
    if not bare:
        # `They may not change anything`, but something `else` is not all.
        wild = frozenset({ANY} if _ANYTHING & set(part[:end]) and "else" not in part else ())
        return wild, wild
    first = bare[0][0]
    head = next((at for at in range(first + 1, end) if part[at] in _OF), end)
    last = [s for at, s in bare if at < head][-1:]
    return frozenset(s for _, s in bare), frozenset(last)


def _ends_object(part: Sequence[str], at: int) -> bool:
    """Whether something else begins: how, when, or what is done next."""
    often = part[at] in {"every", "each"} and set(part[at + 1 : at + 2]) & words("words", "often")
    return part[at] in _ENDS or bool(often) or _acts_again(part, at)


def _acts_again(part: Sequence[str], at: int) -> bool:
    """`Opens the notes and reads them`: another action begins, whose object is its own."""
    if at == 0 or part[at] not in {"and", "or"} or at + 2 >= len(part):
        return False
    return part[at + 1] in actions() and part[at + 2] in {"them", "it", "the", "a", "an", "their"}


def sole(part: Sequence[str]) -> list[str]:
    """Without the `only` of `read-only`."""
    return [s for at, s in enumerate(part) if s != "only" or not at or part[at - 1] != "view"]


def denies(before: Sequence[str]) -> bool:
    """Whether what stands before the verb negates it: `nobody`, `no guest`."""
    return bool({"no", "nobody", "none", "neither", "not", "never", "nothing"} & set(before))


def is_things(tokens: Sequence[Token], end: int) -> bool:
    """`The recordings`: a plural with its article is no action."""
    if tokens[end - 1].text.endswith("s"):
        return tokens[0].text in _ARTICLES or end == 1
    said = {token.text for token in tokens[:end]}
    return tokens[0].text == "the" and end <= 4 and bool(said & {"is", "are"}) and "of" not in said


def scope_of(part: Sequence[str]) -> tuple[str, Sequence[str]]:
    """Whose records are meant: one's own, those of others, or all; and what they are then."""
    stems = _without_manner(part)
    if any(True for _ in _owned("others").find(stems)):
        return OTHERS, stems
    for match in _owned("own").find(stems):
        if "even" in stems[max(0, match.start - 2) : match.start]:
            # `Not even their own`: all, and these as well.
            return ALL, stems[: match.start]
        begin = match.start
        while begin and (stems[begin - 1] in _WHERE or stems[begin - 1] in _POSSESSIVES):
            begin -= 1
        # `The files of patients on her own ward`: the ward tells whose they are.
        located = begin < match.start and stems[begin] in _WHERE
        told = located or match.end - match.start > 1
        return OWN, stems[:begin] if told and begin else stems
    return ALL, stems


def _without_manner(part: Sequence[str]) -> list[str]:
    """`Publish articles themselves`, `on their own` tell how, and not whose."""
    found: list[str] = []
    for at, stem in enumerate(part):
        found.append(stem)
        if stem in _REFLEXIVE and at:
            found.pop()
        elif found[-1:] == ["own"] and found[-3:-2] == ["on"] and at + 1 == len(part):
            del found[-3:]
    return found
