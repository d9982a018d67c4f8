"""The blocks `application { ... }`: their settings and the options in them."""

from menon.apps.socratic.specification.jdl.cursor import Cursor
from menon.apps.socratic.specification.jdl.lexer import Token
from menon.apps.socratic.specification.jdl.statements import names, option, use
from menon.apps.socratic.specification.jdl.tree import Document


def application(cursor: Cursor, document: Document, opened: Token) -> None:
    """Read past an application; its options are those of the document."""
    cursor.expect("{", "`application`")
    settings: dict[str, str] = {}
    while not cursor.accept("}"):
        if cursor.next.kind == "end":
            opened.fail("the block of `application` is never closed; end it with `}`")
        word = cursor.word("`config`, `entities` or an option")
        if word.text == "config":
            cursor.expect("{", "`config`")
            _config(cursor, settings, word)
        elif cursor.accept("{"):
            cursor.skip_block(word)
        elif word.text == "use":
            document.options += use(cursor, word)
        elif word.text == "entities":
            names(cursor, word)
            if cursor.accept("except"):
                names(cursor, word)
        else:
            document.options.append(option(cursor, word))
    document.applications.append(settings)


def _config(cursor: Cursor, settings: dict[str, str], opened: Token) -> None:
    """Settings are a name and a word, text, number, list or block."""
    while not cursor.accept("}"):
        name = cursor.take()
        if name.kind == "end":
            opened.fail("the block of `config` is never closed; end it with `}`")
        if name.kind != "word":
            continue
        if cursor.accept("{"):
            cursor.skip_block(name)
        elif cursor.accept("["):
            settings[name.text] = ", ".join(_list(cursor, name))
        elif cursor.next.kind in {"word", "string", "number"}:
            value = cursor.take().text.strip('"')
            while cursor.accept("."):  # the name of a package
                value += f".{cursor.take().text}"
            settings[name.text] = value


def _list(cursor: Cursor, name: Token) -> list[str]:
    inside: list[str] = []
    while not cursor.accept("]"):
        token = cursor.take()
        if token.kind == "end":
            name.fail(f"the list of `{name.text}` is never closed; end it with `]`")
        if token.kind != "mark":
            inside.append(token.text.strip('"'))
    return inside
