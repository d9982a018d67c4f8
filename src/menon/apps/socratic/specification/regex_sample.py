"""Strings that a regular expression accepts: the test data of fields that have a pattern."""

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any, Final

# The parser of `re` is the only complete one at hand; its tree is stable since Python 3.11.
_PARSER: Final[Any] = import_module("re._parser")
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_ .@/:+!#"
_CATEGORIES: Final = {
    "CATEGORY_DIGIT": "0123456789",
    "CATEGORY_WORD": "abcdefghijklmnopqrstuvwxyz0123456789_",
    "CATEGORY_SPACE": " ",
    "CATEGORY_NOT_DIGIT": "abcdefghijklmnopqrstuvwxyz",
    "CATEGORY_NOT_WORD": " -.",
    "CATEGORY_NOT_SPACE": "abcdefghijklmnopqrstuvwxyz0123456789",
}
_TRIES: Final = 400
_BEGINNINGS: Final = (["AT", "AT_BEGINNING"], ["AT", "AT_BEGINNING_STRING"])
_ENDS: Final = (["AT", "AT_END"], ["AT", "AT_END_STRING"])


def samples(pattern: str, count: int, *, least: int = 0, most: int = 1_000) -> list[str]:
    """Up to so many different strings in which the pattern is found, of a length within bounds.

    The same arguments give the same strings; none is given where none could be made.
    """
    found: dict[str, None] = {}
    tree: Any = _PARSER.parse(pattern)
    for number in range(_TRIES):
        walk = _Walk(number)
        made = walk.text(tree)
        # What a look-ahead asks for stands at the beginning of what follows it.
        ahead = "".join(walk.ahead)
        for one in (made, ahead + made[len(ahead) :]) if ahead else (made,):
            text = _fitting(pattern, one[:most], least)
            if text is not None:
                found[text] = None
                break
        if len(found) >= count:
            break
    return list(found)


def width(pattern: str) -> tuple[int, int] | None:
    """The least and the most characters of what it accepts; None where more may stand beside it."""
    tree: Any = _PARSER.parse(pattern)
    if len(tree) < 2 or tree.state.flags & re.MULTILINE:
        return None
    first, last = ([str(part) for part in tree[place]] for place in (0, -1))
    if first not in _BEGINNINGS or last not in _ENDS:
        return None
    least, most = tree.getwidth()
    # A line may end before the end of the text.
    return least, most + (last == _ENDS[0])


def _fitting(pattern: str, made: str, least: int) -> str | None:
    """The text, made longer where it is too short; None where the pattern is not found in it."""
    more = "a" * (least - len(made))
    return next(
        (text for text in (made, made + more, more + made) if _is(pattern, text, least)), None
    )


def _is(pattern: str, text: str, least: int) -> bool:
    return len(text) >= least and re.search(pattern, text) is not None


def breaking(pattern: str, *, least: int = 0, most: int = 1_000) -> str | None:
    """A string of such a length that the pattern does not accept; None where none is at hand."""
    size = max(least, min(most, 1 + least))
    return next(
        (c * size for c in ("!", "?", " ", "a", "0", "Z") if not re.search(pattern, c * size)), None
    )


class _Walk:
    """One way through the tree of an expression; the seed decides at each fork."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._longer = seed % 7
        self._groups: dict[int | None, str] = {}
        self.ahead: list[str] = []
        """What look-aheads ask for."""

    def _pick(self, choices: int) -> int:
        if choices <= 1:
            return 0
        self._seed, chosen = divmod(self._seed, choices)
        return chosen

    def text(self, tree: Any) -> str:
        return "".join(self._parts(tree))

    def _parts(self, tree: Any) -> Iterator[str]:
        for operation, argument in tree:
            yield self._part(str(operation), argument)

    def _part(self, operation: str, argument: Any) -> str:
        """One element; what has no width, such as an anchor, is nothing."""
        match operation:
            case "LITERAL":
                found = chr(argument)
            case "NOT_LITERAL":
                found = next(c for c in _ALPHABET if c != chr(argument))
            case "ANY":
                found = _ALPHABET[self._pick(26)]
            case "IN":
                letters = _letters(argument)
                found = letters[self._pick(len(letters))] if letters else ""
            case _:
                found = self._group(operation, argument)
        return found

    def _group(self, operation: str, argument: Any) -> str:
        match operation:
            case "BRANCH":
                branches = argument[1]
                return self.text(branches[self._pick(len(branches))])
            case "SUBPATTERN":
                self._groups[argument[0]] = text = self.text(argument[-1])
                return text
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                low, high, inner = argument
                times = min(int(high), int(low) + self._longer)
                return "".join(self.text(inner) for _ in range(times))
            case "ATOMIC_GROUP":
                return self.text(argument)
            case "ASSERT" if argument[0] > 0:
                self.ahead.append(self.text(argument[1]))
                return ""
            case _:
                return self._groups.get(argument, "") if operation == "GROUPREF" else ""


def _letters(items: Any) -> str:
    """The characters of a class such as `[a-z_]`."""
    negated = False
    found = ""
    for operation, argument in items:
        match str(operation):
            case "NEGATE":
                negated = True
            case "LITERAL":
                found += chr(argument)
            case "RANGE":
                low, high = argument
                found += "".join(chr(code) for code in range(low, min(high, low + 90) + 1))
            case "CATEGORY":
                found += _CATEGORIES.get(str(argument), "")
            case _:
                continue
    return "".join(c for c in _ALPHABET if c not in found) if negated else found
