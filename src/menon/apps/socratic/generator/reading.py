"""Reads a sentence of a scenario, of EARS or of a story: who does what to which record, and then?

Only what can be seen through the API is understood; the rest is told as such, never guessed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from menon.apps.socratic.generator.model import EntityModel, FieldModel, Model, Role
from menon.apps.socratic.generator.names import plural, words
from menon.apps.socratic.generator.wordlists import VERBS

_REFUSED: Final = re.compile(
    r"\b(refus\w*|reject\w*|den(?:y|ies|ied)|not (?:be )?(?:allow|permit|accept|possible|saved|"
    r"stored|created|changed|deleted)\w*|forbid\w*|forbidden|error|cannot|can not|must not|may not|"
    r"fail\w*|prevent\w*|block\w*|invalid|not found|no access|unauthori[sz]ed)\b",
    re.IGNORECASE,
)
_DONE: Final = re.compile(
    r"\b(exist\w*|is (?:in|on|shown|listed|stored|saved|added|created|visible|there|updated|"
    r"changed|deleted|removed|gone|recorded)|are (?:shown|listed|stored|visible)|appear\w*|"
    r"stor\w+|sav\w+|creat\w+|record\w*|accept\w*|succe\w+|confirm\w*|show\w*|list\w*|display\w*|"
    r"return\w*|updat\w+|chang\w+|delet\w+|remov\w+|add\w*|receiv\w+|sees?|becomes?|state|status)\b",
    re.IGNORECASE,
)
_OTHERS: Final = re.compile(
    r"\b(some(?:body|one) else|another (?:user|member|person|customer|\w+)'?s?|other(?:s|'s)|"
    r"others'|foreign|not (?:his|her|their|own))\b",
    re.IGNORECASE,
)
_NOBODY: Final = re.compile(
    r"\b(not (?:signed|logged) in|without (?:signing|logging) in|anonymous\w*|unauthenticated|"
    r"unregistered|not authenticated|no account)\b",
    re.IGNORECASE,
)
_WITHOUT: Final = re.compile(r"\b(without|missing|empty|blank|no|lacks?|omit\w*)\b", re.IGNORECASE)
_TWICE: Final = re.compile(
    r"\b(already|duplicate\w*|same|taken|twice|unique|in use|second)\b", re.IGNORECASE
)
_NUMBER: Final = r"(-?\d+(?:[.,]\d+)?)"


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A text, and what of the model it mentions."""

    text: str
    model: Model

    @cached_property
    def tokens(self) -> list[str]:
        return words(self.text)

    @cached_property
    def joined(self) -> str:
        return f" {' '.join(self.tokens)} "

    def says(self, name: str) -> bool:
        """Whether the words of a name stand in it, one after another."""
        return f" {' '.join(words(name))} " in self.joined

    @property
    def refused(self) -> bool:
        return _REFUSED.search(self.text) is not None

    @property
    def done(self) -> bool:
        return _DONE.search(self.text) is not None

    @property
    def others(self) -> bool:
        return _OTHERS.search(self.text) is not None

    @property
    def nobody(self) -> bool:
        return _NOBODY.search(self.text) is not None

    @property
    def twice(self) -> bool:
        return _TWICE.search(self.text) is not None

    def actor(self) -> Role | None:
        """The role that it names, the longest name first."""
        named = (r for r in self.model.roles if self._named(r.title))
        return max(named, key=lambda role: len(role.title), default=None)

    def entity(self, preferred: Iterable[EntityModel]) -> EntityModel | None:
        """The entity that it names first, those preferred before others; none that is who acts."""
        actor = self.actor()
        for given in (list(preferred), self.model.entities):
            found = [(self._at(e.title, e.title_plural), -len(e.title), e) for e in given]
            known = [item for item in found if item[0] >= 0]
            acted = [
                i for i in known if actor is None or i[2].title != " ".join(words(actor.title))
            ]
            if acted or known:
                return min(acted or known, key=lambda item: item[:2])[2]
        return None

    def verb(self) -> str | None:
        """What is done: the first word that is one of the verbs of an action."""
        for token in self.tokens:
            for action, forms in VERBS.items():
                if token in forms and not self._is_name(token):
                    return action
        return None

    def fields(self, entity: EntityModel) -> list[FieldModel]:
        """The fields that it names."""
        return [f for f in entity.fields if self.says(f.title)]

    def left_out(self, entity: EntityModel) -> FieldModel | None:
        """The required field that it says is missing."""
        if _WITHOUT.search(self.text) is None:
            return None
        return next((f for f in self.fields(entity) if f.required and not f.state), None)

    def number(self, field: FieldModel) -> float | None:
        """The number that it gives a field."""
        title = r"[\s_-]*".join(map(re.escape, words(field.title)))
        pattern = rf"{title}\W+(?:is |of |to |as |below |under |over |above |= ?)*{_NUMBER}"
        if found := re.search(pattern, self.text, re.IGNORECASE):
            return float(found[1].replace(",", "."))
        return -1.0 if re.search(rf"negative\W+{title}", self.text, re.IGNORECASE) else None

    def quoted(self, field: FieldModel) -> str | None:
        """The text in quotes that it gives a field."""
        title = r"[\s_-]*".join(map(re.escape, words(field.title)))
        found = re.search(
            rf"{title}\W+(?:is |of |to )*[\"'“]([^\"'”]+)[\"'”]", self.text, re.IGNORECASE
        )
        return found[1] if found else None

    def state(self, states: Iterable[str]) -> str | None:
        """The state that it names, or whose verb it has (`approves` is `approved`)."""
        known = list(states)
        said = next((s for s in reversed(known) if self.says(s)), None)
        if said is not None:
            return said
        for state in known:
            last = words(state)[-1]
            stem = re.sub(r"(ed|d|en|t)$", "", last)
            if len(stem) >= 3 and any(re.fullmatch(rf"{stem}e?(s|es)?", t) for t in self.tokens):
                return state
        return None

    def _named(self, title: str) -> bool:
        many = " ".join([*words(title)[:-1], plural(words(title)[-1])])
        return self.says(title) or self.says(many)

    def _at(self, *titles: str) -> int:
        places = [self.joined.find(f" {' '.join(words(title))} ") for title in titles]
        return min((place for place in places if place >= 0), default=-1)

    def _is_name(self, token: str) -> bool:
        """`books` is a noun where there is an entity Book."""
        names = {w for e in self.model.entities for w in (e.title, e.title_plural)}
        before = self.tokens[self.tokens.index(token) - 1] if self.tokens.index(token) else ""
        return token in names and before not in {r.title for r in self.model.roles}
