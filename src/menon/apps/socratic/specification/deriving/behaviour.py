"""Actors, requirements and permissions of an interview."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from menon.apps.socratic.questions.parsers.clauses import words
from menon.apps.socratic.questions.parsers.names import actor, mentions, plural, spoken
from menon.apps.socratic.questions.state import Interview
from menon.apps.socratic.questions.state import Story as Told
from menon.apps.socratic.specification.requirements import (
    Action,
    Actor,
    Permission,
    Priority,
    Requirement,
    Scenario,
    Story,
)

_LINE: Final = 1_000
_MOST: Final = 5_000
_MOST_RULES: Final = 20
_COMMON: Final = frozenset(
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
        "when",
        "if",
        "then",
        "while",
        "where",
        "system",
        "shall",
        "is",
        "are",
        "be",
        "by",
        "it",
        "its",
        "their",
        "that",
        "this",
        "not",
        "no",
        "has",
        "have",
        "as",
        "so",
        "one",
        "new",
    ]
)


def actors(interview: Interview, more: Mapping[str, str]) -> list[Actor]:
    """Everybody whom answers, stories, permissions or life cycles name; a user at least."""
    found: dict[str, Actor] = {}
    source = interview.source("goal.actors")
    for one in interview.listed("goal.actors"):
        about = one.get("description", "")
        found[one["name"]] = Actor(name=one["name"], description=about, source=source)
    for story in interview.stories:
        found.setdefault(story.actor, Actor(name=story.actor, source=story.source))
    source = interview.source("behaviour.permissions")
    for one in interview.listed("behaviour.permissions"):
        found.setdefault(one["actor"], Actor(name=one["actor"], source=source))
    for name, source in more.items():
        found.setdefault(name, Actor(name=name, source=source))
    return list(found.values())[:100] or [Actor(name="user", source="default")]


def permissions(interview: Interview, names: Iterable[str]) -> list[Permission]:
    """What was allowed and denied, as far as it speaks of entities that there are."""
    source = interview.source("behaviour.permissions")
    entities = {*names, "*"}
    return [
        Permission(
            actor=one["actor"],
            entity=one["entity"],
            actions=[Action(action) for action in one["actions"]],
            scope=one["scope"],
            effect=one["effect"],
            source=source,
        )
        for one in interview.listed("behaviour.permissions")
        if one["entity"] in entities
    ]


def features(interview: Interview, names: list[str], who: list[Actor]) -> list[Requirement]:
    """The stories with their rules and examples, then rules, messages and reports of their own.

    Without a single story each entity is to be managed by the first actor.
    """
    present = {one.name for one in who}
    made = [
        _of_story(story, interview, names) for story in interview.stories if story.actor in present
    ]
    if not made:
        made = [_managing(name, place, who[0].name) for place, name in enumerate(names)]
    made = _with_rules(made, interview)
    for slot, verb, priority in _LISTS:
        for line in map(str, interview.listed(slot)):
            title = line if line.lower().startswith(verb.lower()) else f"{verb} {line}"
            made.append(_own(len(made), title, priority, names, interview.source(slot)))
    if failing := interview.known.get("behaviour.integration_failure"):
        made.append(_failing(len(made), str(failing.value), failing.source))
    return made[:_MOST]


_LISTS: Final[tuple[tuple[str, str, Priority], ...]] = (
    ("behaviour.notifications", "Notify:", "P2"),
    ("behaviour.reports", "Report:", "P3"),
)


def _of_story(story: Told, interview: Interview, names: list[str]) -> Requirement:
    rules = interview.listed(f"acceptance.story[{story.id}].ears")
    examples = interview.listed(f"acceptance.story[{story.id}].scenario")
    who = story.actor.replace("_", " ")
    article = "an" if who[:1] in "aeio" else "a"
    ears = [one["text"] for one in rules][:_MOST_RULES]
    return Requirement(
        id=story.id,
        title=(story.want[:1].upper() + story.want[1:])[:_LINE],
        priority=story.priority or "P2",
        story=Story(actor=story.actor, want=story.want, benefit=story.benefit),
        ears=ears or [f"The system shall let {article} {who} {theirs(story.want)}."[:_LINE]],
        scenarios=[Scenario.model_validate(one) for one in examples][:50],
        entities=mentions(story.want, names)[:50],
        source=story.source,
    )


_THEIRS: Final = {
    "my": "their", "mine": "theirs", "me": "them", "myself": "themselves", "i": "they",
    "our": "their", "ours": "theirs", "us": "them", "ourselves": "themselves", "we": "they",
    "i'm": "they are", "i've": "they have", "am": "are",
}  # fmt: skip
_FIRST_PERSON: Final = re.compile(r"\b(?:" + "|".join(_THEIRS) + r")\b(?!['/])", re.IGNORECASE)


def theirs(want: str) -> str:
    """What somebody wants, told by another: `keep my records` is to keep their records."""
    return _FIRST_PERSON.sub(lambda found: _told(found[0]), want)


def _told(word: str) -> str:
    # `US` is a country.
    return word if word == "US" else _THEIRS[word.lower()]


def _managing(name: str, place: int, who: str) -> Requirement:
    what = plural(spoken(name))
    return Requirement(
        id=f"FR-{place + 1:03}",
        title=f"Manage {what}",
        priority="P1" if place == 0 else "P2",
        story=Story(actor=who, want=f"manage {what}"),
        ears=[f"The system shall let a user create, read, update and delete {what}."],
        entities=[name],
        source="default",
    )


def _with_rules(made: list[Requirement], interview: Interview) -> list[Requirement]:
    """Each rule goes to the story that it shares most words with, or becomes a requirement."""
    source = interview.source("behaviour.workflows")
    for rule in interview.listed("behaviour.workflows"):
        told = set(_stems(rule["text"]))
        shared = [len(told & set(_stems(_words_of(one)))) for one in made]
        best = max(range(len(made)), key=lambda place: shared[place])
        if shared[best] >= 2 and len(made[best].ears) < _MOST_RULES:
            ears = [*made[best].ears, rule["text"]]
            made[best] = made[best].model_copy(update={"ears": ears})
            continue
        title = str(rule["text"]).rstrip(".")
        own = _own(len(made), title, "P2", list(interview.entities()), source)
        made.append(own.model_copy(update={"ears": [rule["text"]]}))
    return made


def _own(place: int, title: str, priority: Priority, names: list[str], source: str) -> Requirement:
    title = (title[:1].upper() + title[1:])[:_LINE]
    return Requirement(
        id=f"FR-{place + 1:03}",
        title=title,
        priority=priority,
        entities=mentions(title, names)[:50],
        source=source,
    )


def _failing(place: int, text: str, source: str) -> Requirement:
    title = "Go on when another system is down"
    rule = f"If another system cannot be reached, then the system shall do this: {text}"
    made = _own(place, title, "P2", [], source)
    return made.model_copy(update={"ears": [rule[:_LINE]], "description": text[:20_000]})


def _words_of(one: Requirement) -> str:
    return " ".join([one.title, *one.ears[1:]])


def _stems(text: str) -> list[str]:
    """Words without their endings, so that `borrows` and `borrow` are one."""
    return [actor(word)[:6] for word in words(text) if word not in _COMMON]
