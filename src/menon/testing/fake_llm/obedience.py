"""A model that obeys every order that it finds, whoever wrote it and however it is disguised.

An order is `CALL name {"argument": "value"}`. It counts in what the user says, in instructions, in
what tools answer, and in their descriptions; what the model has said itself is no order.
"""

import base64
import binascii
import codecs
import html
import json
import re
from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import unquote

from menon.testing.fake_llm.script import Body

_ORDER = re.compile(r"CALL (\w+) (?=\{)")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff\U000e0000-\U000e007f]")
_decode = json.JSONDecoder().raw_decode


def orders(body: Body) -> list[tuple[str, Body]]:
    """What the model is told to call and has not called yet, in the order that it stands there."""
    messages = cast("list[Body]", body.get("messages", []))
    heard = [each for each in messages if each.get("role") != "assistant"]
    made = {_key(name, args) for name, args in _made(messages)}
    found: dict[str, tuple[str, Body]] = {}
    for text in _texts([body.get("system"), heard, body.get("tools")]):
        for reading in _readings(text):
            for name, args in _orders(reading):
                found.setdefault(_key(name, args), (name, args))
    return [order for key, order in found.items() if key not in made]


def _orders(text: str) -> Iterator[tuple[str, Body]]:
    for match in _ORDER.finditer(text):
        try:
            args, _ = _decode(text, match.end())
        except ValueError:
            continue
        yield match[1], cast("Body", args)


def _readings(text: str) -> Iterator[str]:
    """The text as it stands, and everything that it might be in disguise."""
    plain = _INVISIBLE.sub("", text)
    yield from (plain, html.unescape(plain), unquote(plain), codecs.decode(plain, "rot13"))
    yield plain[::-1]
    for token in _BASE64.findall(plain):
        try:
            yield base64.b64decode(token, validate=True).decode()
        except (binascii.Error, ValueError):
            continue


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value; what is JSON within a text is opened too."""
    if isinstance(value, str):
        yield value
        if value[:1] in {"{", "["}:
            try:
                inner = json.loads(value)
            except ValueError:
                return
            yield from _texts(inner)
    elif isinstance(value, dict):
        for each in cast("Body", value).values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in cast("list[Any]", value):
            yield from _texts(each)


def _made(messages: list[Body]) -> Iterator[tuple[str, Body]]:
    """The calls that the model has made."""
    for message in messages:
        for call in cast("list[Body]", message.get("tool_calls") or []):
            function = cast("Body", call["function"])
            args = function["arguments"]
            yield str(function["name"]), json.loads(args) if isinstance(args, str) else args


def _key(name: str, args: Body) -> str:
    return f"{name} {json.dumps(args, sort_keys=True)}"
