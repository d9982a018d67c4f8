"""What the fake answers is written in the model's name, so it passes through any client or proxy.

After the word `fake`, dash-separated letters with a number, in any order: `fake-n100-d20-f50-t2`.

    n  tokens in the final answer; 0 is an empty one        (32)
    w  bytes of padding in each token: huge answers         (0)
    d  milliseconds between tokens                          (0: all at once)
    f  milliseconds before the first                        (0)
    t  rounds of tool calls before the answer               (0; needs `tools` in the request)
    p  tool calls a round, made in parallel                 (1)
    a  the faults below hold for so many requests only      (for all)

and these faults, those with a number after so many tokens

    e  answer with this HTTP status instead                 r  with this Retry-After, seconds (0)
    k  drop the connection                                  c  close it properly, but unfinished
    h  fall silent; 0: before the head                      s  drip a byte each 20 ms (slow-loris)
    j  send half a JSON object                              x  send an error event, status 200

    err200       an error as a JSON body, status 200
    wrongargs    tool arguments that do not fit             badargs  that are not JSON
    unknowntool  a tool that was not offered                dupid    one call id for all calls

and with `obey` it calls whatever tool any text that it is sent tells it to: see `obedience`.

Every token is ` ~<i>`; token 0 and each 16th carry a stamp `@<monotonic microseconds>;`, which
all processes of a machine share, so a load generator knows what each hop added.
"""

import json
import re
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

Body = dict[str, Any]

_NUMBER = re.compile(r"-([nwdftpaerkchsjx])(\d+)(?![a-z0-9])")
_WORDS = ("err200", "wrongargs", "badargs", "unknowntool", "dupid", "obey")
_STAMP_EVERY = 16
_NEVER = -1


@dataclass(frozen=True, kw_only=True)
class Script:
    """A model's name, understood."""

    tokens: int = 32
    padding: int = 0
    delay_s: float = 0.0
    first_s: float = 0.0
    rounds: int = 0
    parallel: int = 1
    faulty_requests: int = _NEVER
    status: int = 0
    retry_after: int = 0
    drop: int = _NEVER
    close: int = _NEVER
    hang: int = _NEVER
    drip: int = _NEVER
    break_json: int = _NEVER
    break_event: int = _NEVER
    words: frozenset[str] = frozenset()
    said: str = ""
    """The whole answer, in one token, where the server is told what to say."""

    def token(self, i: int) -> str:
        if self.said:
            return self.said
        stamp = f"@{now_us()};" if i % _STAMP_EVERY == 0 else ""
        return f" ~{i}{stamp}{'x' * self.padding}"

    def escaped(self, i: int) -> str:
        """A token as it stands within a JSON text."""
        return json.dumps(self.said)[1:-1] if self.said else self.token(i)

    def text(self) -> str:
        return "".join(map(self.token, range(self.tokens)))

    def healthy(self) -> "Script":
        """The same answer without a fault."""
        return Script(
            tokens=self.tokens,
            padding=self.padding,
            delay_s=self.delay_s,
            first_s=self.first_s,
            rounds=self.rounds,
            parallel=self.parallel,
        )


@lru_cache(maxsize=512)
def read(model: str) -> Script:
    """The script that a model's name asks for."""
    found = {letter: int(number) for letter, number in _NUMBER.findall(model)}
    return Script(
        tokens=found.get("n", 32),
        padding=found.get("w", 0),
        delay_s=found.get("d", 0) / 1000,
        first_s=found.get("f", 0) / 1000,
        rounds=found.get("t", 0),
        parallel=found.get("p", 1),
        faulty_requests=found.get("a", _NEVER),
        status=found.get("e", 0),
        retry_after=found.get("r", 0),
        drop=found.get("k", _NEVER),
        close=found.get("c", _NEVER),
        hang=found.get("h", _NEVER),
        drip=found.get("s", _NEVER),
        break_json=found.get("j", _NEVER),
        break_event=found.get("x", _NEVER),
        words=frozenset(word for word in _WORDS if f"-{word}" in model),
    )


def now_us() -> int:
    """Microseconds on the clock that all processes of a machine share."""
    return time.monotonic_ns() // 1000


def sample(schema: Body) -> Any:
    """A smallest value that satisfies the usual JSON schemas of tool parameters."""
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    for key in ("anyOf", "oneOf", "allOf"):
        if schema.get(key):
            return sample(schema[key][0])
    kind = schema.get("type")
    if kind == "object" or "properties" in schema:
        properties = cast("dict[str, Body]", schema.get("properties", {}))
        return {name: sample(properties.get(name, {})) for name in schema.get("required", ())}
    simple: Body = {"integer": 1, "number": 1.5, "boolean": True, "array": [], "null": None}
    return simple.get(str(kind), "x")
