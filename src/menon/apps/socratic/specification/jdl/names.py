"""What a JDL text declares, by its names in the text and by ours."""

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from pydantic import ValidationError

from menon.apps.socratic.specification.data import Enumeration
from menon.apps.socratic.specification.jdl.kinds import BUILT_IN
from menon.apps.socratic.specification.jdl.lexer import Token
from menon.apps.socratic.specification.jdl.packing import unpacked
from menon.apps.socratic.specification.jdl.tree import Annotation, Choices, Document

_TAG: Final = re.compile(r"^@(\w+) (.*)$", re.MULTILINE)


class Declared:
    """Entities and enumerations, found by the token that names them.

    Raises:
        JdlError: a name is declared twice.
    """

    def __init__(self, document: Document) -> None:
        once([each.name for each in (*document.records, *document.choices)], "the name")
        self.constants = document.constants
        self.entities = {
            record.name.text: said(record.annotations).get("name", record.name.text)
            for record in document.records
        }
        self.enums = {
            choices.name.text: tags(choices.doc)[0].get("name", choices.name.text)
            for choices in document.choices
        }
        self.fields = {
            record.name.text: {
                each.name.text: said(each.annotations).get("name", each.name.text)
                for each in record.attributes
            }
            for record in document.records
        }
        for name, entity in BUILT_IN.items():
            self.fields.setdefault(name, {field.name: field.name for field in entity.fields})

    def entity(self, token: Token) -> str:
        """Our name of an entity, or the text is refused."""
        known = {**{name: name for name in BUILT_IN}, **self.entities}
        if token.text not in known:
            token.fail(f"there is no entity {token.text!r}; {guess(token.text, self.entities)}")
        return known[token.text]


def said(annotations: Sequence[Annotation]) -> dict[str, str]:
    """The texts of annotations by name, whose first letter may be of any case."""
    return {
        each.name.text[0].lower() + each.name.text[1:]: unpacked(each.value or "")
        for each in annotations
    }


def tags(doc: str) -> tuple[Mapping[str, str], str]:
    """The lines `@tag text` of a doc comment, and the rest of it."""
    found = {match[1]: unpacked(match[2]) for match in _TAG.finditer(doc)}
    return found, _TAG.sub("", doc).strip()


def once(names: Sequence[Token], what: str) -> None:
    """Refuse a text in which one of the names stands twice."""
    seen: dict[str, Token] = {}
    for token in names:
        if token.text in seen:
            first = seen[token.text].line
            token.fail(f"{what} {token.text!r} is taken since line {first}; rename one of them")
        seen[token.text] = token


def guess(name: str, names: Collection[str]) -> str:
    """What was meant by a name that is unknown."""
    close = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {close[0]!r}?" if close else "declare it, or correct the name"


def refused(token: Token, error: ValidationError) -> None:
    """Refuse the text for what our own limits say of a thing."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    token.fail(f"{token.text!r} cannot be taken over: {where}: {first['msg']}")


def enumeration(choices: Choices, declared: Declared) -> Enumeration:
    """An enumeration; `KEY (label)` keeps what people read.

    Raises:
        JdlError: a value stands twice.
    """
    once([each.name for each in choices.values], "the value")
    values: list[str] = []
    labels: dict[str, str] = {}
    for each in choices.values:
        tagged, _ = tags(each.doc)
        value = tagged.get("value", each.name.text)
        values.append(value)
        if label := tagged.get("label", each.label):
            labels[value] = label
    tagged, rest = tags(choices.doc)
    described = tagged.get("description", rest)[:1_000]
    name = declared.enums[choices.name.text]
    try:
        return Enumeration(name=name, values=values, labels=labels, description=described)
    except ValidationError as error:
        refused(choices.name, error)
        raise
