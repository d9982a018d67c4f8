"""The grammar of JDL; keywords are names too where only a name can stand."""

from typing import Final

from menon.apps.socratic.specification.jdl.cursor import Cursor
from menon.apps.socratic.specification.jdl.lexer import Token, tokens
from menon.apps.socratic.specification.jdl.settings import application
from menon.apps.socratic.specification.jdl.statements import option, use
from menon.apps.socratic.specification.jdl.tree import (
    Annotation,
    Attribute,
    Check,
    Choice,
    Choices,
    Document,
    Link,
    Record,
    Side,
)

KINDS: Final = ("OneToOne", "OneToMany", "ManyToOne", "ManyToMany")
BARE: Final = frozenset({"required", "unique"})
VALUED: Final = frozenset(
    {"min", "max", "minlength", "maxlength", "minbytes", "maxbytes", "pattern"}
)


def parse(text: str) -> Document:
    """The document of a text.

    Raises:
        JdlError: the text is no JDL; says where and what was expected.
    """
    cursor, document = Cursor(tokens(text)), Document()
    while cursor.next.kind != "end":
        _statement(cursor, document)
    return document


def _statement(cursor: Cursor, document: Document) -> None:
    doc = cursor.doc()
    annotations = tuple(cursor.annotations())
    doc = "\n".join(part for part in (doc, cursor.doc()) if part)
    if cursor.next.kind == "end":
        return
    word = cursor.word("a statement such as `entity`, `enum` or `relationship`")
    if word.text == "entity":
        document.records.append(_record(cursor, annotations, doc))
    elif word.text == "enum":
        document.choices.append(_choices(cursor, doc))
    elif word.text == "relationship":
        _links(cursor, document)
    elif word.text == "application":
        application(cursor, document, word)
    elif word.text == "deployment":
        cursor.expect("{", "`deployment`")
        cursor.skip_block(word)
        document.deployments += 1
    elif word.text == "use":
        document.options += use(cursor, word)
    elif cursor.accept("="):
        document.constants[word.text] = _number(cursor, f"the constant {word.text!r}")
    else:
        document.options.append(option(cursor, word))


def _number(cursor: Cursor, what: str) -> Token:
    token = cursor.take()
    if token.kind != "number":
        token.fail(f"{what} is a number, not {token.shown()}")
    return token


def _record(cursor: Cursor, annotations: tuple[Annotation, ...], doc: str) -> Record:
    name = cursor.word("the name of an entity")
    where = f"entity {name.text!r}"
    if cursor.accept("("):
        cursor.word("the name of a table")
        cursor.expect(")", where)
    attributes: list[Attribute] = []
    if cursor.accept("{"):
        while not cursor.sees("}"):
            attributes.append(_attribute(cursor, where))
        cursor.take()
    return Record(name=name, attributes=tuple(attributes), annotations=annotations, doc=doc)


def _attribute(cursor: Cursor, where: str) -> Attribute:
    doc = cursor.doc()
    annotations = tuple(cursor.annotations())
    doc = "\n".join(part for part in (doc, cursor.doc()) if part)
    if cursor.next.kind == "end":
        cursor.next.fail(f"{where} is never closed; end it with `}}`")
    name = cursor.word(f"a field of {where}, or `}}`")
    kind = cursor.word(f"the type of the field {name.text!r}")
    checks: list[Check] = []
    while cursor.next.kind == "word" and cursor.next.text in BARE | VALUED:
        # Commas may be left out, and a field may be called `min`: then its type follows.
        if cursor.next.text in VALUED and cursor.after_next != "(":
            break
        checks.append(_check(cursor))
    last = cursor.next.line
    behind = cursor.doc_behind(checks[-1].name.line if checks else kind.line)
    if cursor.accept(","):
        behind = behind or cursor.doc_behind(last, last=True)
    text = "\n".join(part for part in (doc, behind) if part)
    return Attribute(name=name, type=kind, checks=tuple(checks), annotations=annotations, doc=text)


def _check(cursor: Cursor) -> Check:
    name = cursor.take()
    if name.text in BARE:
        return Check(name=name, value=None)
    cursor.expect("(", f"`{name.text}`")
    value = cursor.take()
    wanted = {"regex"} if name.text == "pattern" else {"number", "word"}
    if value.kind not in wanted:
        what = "a regular expression between slashes" if name.text == "pattern" else "a number"
        value.fail(f"`{name.text}` takes {what}, not {value.shown()}")
    cursor.expect(")", f"`{name.text}`")
    return Check(name=name, value=value)


def _choices(cursor: Cursor, doc: str) -> Choices:
    name = cursor.word("the name of an enum")
    where = f"enum {name.text!r}"
    cursor.expect("{", where)
    values: list[Choice] = []
    while not cursor.sees("}"):
        said = cursor.doc()
        value = cursor.word(f"a value of {where}, or `}}`")
        label = ""
        if cursor.accept("("):
            label = _label(cursor, where)
        said = said or cursor.doc_behind(value.line)
        cursor.accept(",")
        behind = said or cursor.doc_behind(value.line, last=True)
        values.append(Choice(name=value, label=label, doc=behind))
    closing = cursor.take()
    if not values:
        closing.fail(f"{where} has no value; write at least one")
    return Choices(name=name, values=tuple(values), doc=doc)


def _label(cursor: Cursor, where: str) -> str:
    token = cursor.take()
    if token.kind == "string":
        text = token.text[1:-1]
    else:
        words: list[str] = []
        while token.kind in {"word", "number"}:
            words.append(token.text)
            if cursor.sees(")"):
                break
            token = cursor.take()
        text = " ".join(words)
        if not words:
            token.fail(f"{where} has an empty label; write it in quotes")
    cursor.expect(")", where)
    return text


def _links(cursor: Cursor, document: Document) -> None:
    kind = cursor.word("the kind of relationship")
    if kind.text not in KINDS:
        kind.fail(f"{kind.text!r} is no kind of relationship; there are {', '.join(KINDS)}")
    cursor.expect("{", f"`relationship {kind.text}`")
    while not cursor.accept("}"):
        source = _side(cursor)
        cursor.expect("to", f"the relationship of {source.entity.text!r}")
        target = _side(cursor)
        built_in = False
        while cursor.accept("with"):
            built_in |= cursor.word("an option of the relationship").text == "builtInEntity"
        cursor.accept(",")
        document.links.append(Link(kind=kind, source=source, target=target, built_in=built_in))


def _side(cursor: Cursor) -> Side:
    doc = cursor.doc()
    annotations = tuple(cursor.annotations())
    doc = "\n".join(part for part in (doc, cursor.doc()) if part)
    entity = cursor.word("an entity of the relationship, or `}`")
    name: Token | None = None
    display: Token | None = None
    required = False
    if cursor.accept("{"):
        name = cursor.word("the name of the relationship")
        if cursor.accept("("):
            display = cursor.word("the field that is shown")
            cursor.expect(")", f"the relationship {name.text!r}")
        required = cursor.accept("required")
        cursor.expect("}", f"the relationship {name.text!r}")
    return Side(
        entity=entity,
        name=name,
        display=display,
        required=required,
        annotations=annotations,
        doc=doc,
    )
