"""Options of JDL: `paginate A, B with pagination except C`, `use pagination for A`."""

import difflib
from typing import Final

from menon.apps.socratic.specification.jdl.cursor import Cursor
from menon.apps.socratic.specification.jdl.lexer import Token
from menon.apps.socratic.specification.jdl.tree import Option

KEYWORDS: Final = frozenset(
    {
        "angularSuffix",
        "changelogDate",
        "clientRootFolder",
        "dto",
        "embedded",
        "filter",
        "microservice",
        "noFluentMethod",
        "paginate",
        "readOnly",
        "search",
        "service",
        "skipClient",
        "skipFakeData",
        "skipServer",
    }
)
_STATEMENTS: Final = ("entity", "enum", "relationship", "application", "deployment", "use")


def option(cursor: Cursor, keyword: Token) -> Option:
    """What follows the keyword of an option.

    Raises:
        JdlError: it is no option, so no statement.
    """
    if keyword.text not in KEYWORDS:
        close = difflib.get_close_matches(keyword.text, [*_STATEMENTS, *KEYWORDS], n=1)
        hint = f"did you mean `{close[0]}`?" if close else f"there are {', '.join(_STATEMENTS)}"
        hint = hint if close else f"{hint} and options such as `paginate * with pagination`"
        keyword.fail(f"{keyword.text!r} begins no statement; {hint}")
    entities = names(cursor, keyword)
    value = ""
    if cursor.accept("with"):
        token = cursor.take()
        if token.kind not in {"word", "string", "number"}:
            token.fail(f"`{keyword.text}` needs a value after `with`, not {token.shown()}")
        value = token.text.strip('"')
    excluded = names(cursor, keyword) if cursor.accept("except") else ()
    return Option(keyword=keyword, value=value, entities=entities, excluded=excluded)


def use(cursor: Cursor, keyword: Token) -> list[Option]:
    """The options that `use pagination, dto for A, B except C` stands for."""
    values = names(cursor, keyword)
    cursor.expect("for", "`use`")
    entities = names(cursor, keyword)
    excluded = names(cursor, keyword) if cursor.accept("except") else ()
    return [
        Option(keyword=keyword, value=value.text, entities=entities, excluded=excluded)
        for value in values
    ]


def names(cursor: Cursor, keyword: Token) -> tuple[Token, ...]:
    """The entities that a statement is about; `*` is all."""
    if cursor.sees("*"):
        return (cursor.take(),)
    found = [cursor.word(f"an entity of `{keyword.text}`, or `*`")]
    while cursor.accept(","):
        found.append(cursor.word(f"another entity of `{keyword.text}`"))
    return tuple(found)
