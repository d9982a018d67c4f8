"""YAML as another spelling of JSON: no tags, no aliases, no objects, bounded.

An alias lets 30 lines stand for a billion nodes, a tag lets text make objects: neither is needed
to write JSON down, so neither is read. Words such as `no` and `on` are texts, as in YAML 1.2.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    import yaml

NODES: Final = 50_000
DEPTH: Final = 40

_NULL: Final = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS: Final = {"true": True, "True": True, "false": False, "False": False}
_INTEGER: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,18})")
_DECIMAL: Final = re.compile(
    r"[-+]?(?:[0-9]{1,20}\.[0-9]{1,20}|[0-9]{1,20}(?=e))(?:e[-+]?[0-9]{1,3})?", re.IGNORECASE
)


def read(text: str, *, nodes: int = NODES) -> Any:
    """The plain JSON that a text stands for, of so many nodes at most.

    Raises:
        ValueError: it is no YAML, holds more than JSON can, or is too large; with the line.
    """
    import yaml

    try:
        return _Reader(nodes).read(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark else 1
        raise ValueError(f"line {line}: {error.problem or 'this is not YAML'}") from error
    except yaml.YAMLError as error:
        raise ValueError(f"this is not YAML: {error}") from error


def write(value: Any) -> str:
    """Plain JSON as YAML for people: keys in their order, long texts as blocks."""
    import yaml

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            del data
            return True

    def text(dumper: yaml.SafeDumper, data: str) -> yaml.ScalarNode:
        style = "|" if "\n" in data else None if isinstance(_plain(data), str) else "'"
        return dumper.represent_scalar("tag:yaml.org,2002:str", data, style=style)  # pyright: ignore[reportUnknownMemberType] - the library says nothing of its types

    Dumper.add_representer(str, text)
    return yaml.dump(value, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=100)


class _Reader:
    """Builds the value from the parser's events."""

    def __init__(self, nodes: int) -> None:
        self._nodes = self._left = nodes
        self._open: list[dict[Any, Any] | list[Any]] = []
        self._keys: list[Any] = []
        self._root: list[Any] = []

    def read(self, text: str) -> Any:
        import yaml

        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        events: Iterator[yaml.Event] = cast("Any", yaml).parse(text, Loader=loader)
        for event in events:
            self._take(event)
        if not self._root:
            raise ValueError("line 1: there is nothing in it")
        return self._root[0]

    def _take(self, event: "yaml.Event") -> None:
        import yaml

        line = event.start_mark.line + 1 if event.start_mark else 1
        match event:
            case yaml.AliasEvent():
                raise ValueError(f"line {line}: aliases (*name) are not read; write it out")
            case yaml.DocumentStartEvent() if self._root:
                raise ValueError(f"line {line}: one document is read, not several")
            case yaml.ScalarEvent():
                self._add(_scalar(event, line), line)
            case yaml.MappingStartEvent():
                self._begin({}, event.tag, line)
            case yaml.SequenceStartEvent():
                self._begin([], event.tag, line)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._open.pop()
                self._keys.pop()
            case _:
                pass

    def _begin(self, value: dict[Any, Any] | list[Any], tag: str | None, line: int) -> None:
        if tag is not None:
            raise ValueError(f"line {line}: tags ({tag}) are not read")
        self._add(value, line)
        if len(self._open) == DEPTH:
            raise ValueError(f"line {line}: it nests deeper than {DEPTH} levels")
        self._open.append(value)
        self._keys.append(_NO_KEY)

    def _add(self, value: Any, line: int) -> None:
        self._left -= 1
        if self._left < 0:
            raise ValueError(f"line {line}: it has more than {self._nodes} parts")
        if not self._open:
            self._root.append(value)
        elif isinstance(above := self._open[-1], list):
            above.append(value)
        elif self._keys[-1] is _NO_KEY:
            if not isinstance(value, str):
                raise ValueError(f"line {line}: a key is a text; put it in quotes")
            if value in above:
                raise ValueError(f"line {line}: the key {value!r} stands there twice")
            self._keys[-1] = value
        else:
            above[self._keys[-1]] = value
            self._keys[-1] = _NO_KEY


_NO_KEY = object()


def _scalar(event: "yaml.ScalarEvent", line: int) -> Any:
    if event.tag is not None and event.tag != "!":
        raise ValueError(f"line {line}: tags ({event.tag}) are not read")
    text = cast("str", event.value)
    return _plain(text) if event.implicit[0] else text


def _plain(text: str) -> Any:
    """What a text without quotes stands for."""
    if text in _NULL:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text
