"""Vectors that depend on the text and on nothing else."""

from hashlib import blake2b
from typing import cast

from menon.testing.fake_llm.script import Body


def texts(body: Body) -> list[str]:
    """The texts of a request, which may be one or a list."""
    given: object = body["input"]
    return cast("list[str]", given) if isinstance(given, list) else [str(given)]


def vector(text: str, size: int = 64) -> list[float]:
    """The same unit vector for the same text; there is no meaning in it."""
    rounds = range(size // 64 + 1)
    digests = (blake2b(text.encode(), salt=i.to_bytes(2, "big")).digest() for i in rounds)
    values = [byte / 127.5 - 1 for byte in b"".join(digests)[:size]]
    norm = sum(value * value for value in values) ** 0.5 or 1.0
    return [round(value / norm, 6) for value in values]
