"""A place in the tokens, and the small steps from it that every rule takes."""

from collections.abc import Iterator, Sequence

from menon.apps.socratic.specification.jdl.lexer import Token
from menon.apps.socratic.specification.jdl.tree import Annotation


class Cursor:
    """Reads tokens one after the other; doc comments wait until somebody takes them."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def next(self) -> Token:
        """The next token that is no doc comment, which stays."""
        at = self._at
        while self._tokens[at].kind == "doc":
            at += 1
        return self._tokens[at]

    @property
    def after_next(self) -> str:
        """The text of the token behind the next one; empty at the end."""
        at = self._tokens.index(self.next, self._at) + 1
        return self._tokens[at].text if at < len(self._tokens) else ""

    def take(self) -> Token:
        """The next token that is no doc comment."""
        while self._tokens[self._at].kind == "doc":
            self._at += 1
        token = self._tokens[self._at]
        if token.kind != "end":
            self._at += 1
        return token

    def doc(self) -> str:
        """The doc comments that stand here, as text."""
        said: list[str] = []
        while self._tokens[self._at].kind == "doc":
            said.append(plain(self._tokens[self._at].text))
            self._at += 1
        return "\n".join(said)

    def doc_behind(self, line: int, *, last: bool = False) -> str:
        """A doc comment that stands on the line of what it explains, behind it.

        With `last` only if nothing follows on the line, which it would explain instead.
        """
        token = self._tokens[self._at]
        behind = token.kind == "doc" and token.line == line
        return self.doc() if behind and not (last and self.next.line == line) else ""

    def sees(self, text: str) -> bool:
        """Whether the next token is this word or mark; a text in quotes never is."""
        return self.next.text == text and self.next.kind in {"word", "mark"}

    def accept(self, text: str) -> bool:
        """Take the next token if it is this word or mark."""
        found = self.sees(text)
        if found:
            self.take()
        return found

    def expect(self, text: str, where: str) -> Token:
        """Take this word or mark, or refuse the text."""
        if not self.sees(text):
            self.next.fail(f"{where} needs {text!r} here, not {self.next.shown()}")
        return self.take()

    def word(self, what: str) -> Token:
        """Take a name, or refuse the text."""
        if self.next.kind != "word":
            self.next.fail(f"here stands {what}, not {self.next.shown()}")
        return self.take()

    def annotations(self) -> Iterator[Annotation]:
        """All the `@name(value)` that stand here."""
        while self.accept("@"):
            name = self.word("the name of an annotation")
            value = None
            if self.accept("("):
                token = self.take()
                if token.kind not in {"string", "word", "number"}:
                    token.fail(f"`@{name.text}` takes a text, a name or a number")
                value = token.text[1:-1] if token.kind == "string" else token.text
                self.expect(")", f"`@{name.text}`")
            yield Annotation(name=name, value=value)

    def skip_block(self, opened: Token) -> None:
        """Go past a block whose `{` has been taken, whatever stands in it."""
        depth = 1
        while depth:
            token = self.take()
            if token.kind == "end":
                opened.fail(f"the block of `{opened.text}` is never closed; end it with `}}`")
            if token.kind == "mark":
                depth += {"{": 1, "}": -1}.get(token.text, 0)


def plain(comment: str) -> str:
    """The text of a doc comment without its stars."""
    lines = [line.strip() for line in comment[3:-2].splitlines()]
    cleaned = [line[1:].strip() if line.startswith("*") else line for line in lines]
    return "\n".join(cleaned).strip()
