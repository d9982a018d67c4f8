"""What bounds a field: `> 0`, `1..5`, `between 3 and 20 characters`, `max 100`, `default 1`."""

import re
from typing import Any, Final

from menon.apps.socratic.questions.parsers.numbers import exact

_N: Final = r"(?P<{}>-?\d{{1,15}}(?:\.\d{{1,6}})?)"
_NUMBER: Final = r"(?P<number>-?\d{1,15}(?:\.\d{1,6})?)"
_LENGTH: Final = r"(?P<chars>\s?(?:chars?|characters|letters|digits|long))?"
_BETWEEN: Final = re.compile(
    rf"(?:between|from)?\s?{_N.format('low')}\s?(?:\.\.|-|to|and|\u2013)\s?{_N.format('high')}{_LENGTH}",
    re.IGNORECASE,
)
_SIGN: Final = re.compile(rf"(?P<sign>>=|<=|>|<|\u2265|\u2264)\s?{_NUMBER}{_LENGTH}")
_LEAST: Final = re.compile(
    rf"\b(?:at least|min(?:imum)?(?: length)?|not less than|no less than)"
    rf"[\s:=]*(?:of )?{_NUMBER}{_LENGTH}",
    re.IGNORECASE,
)
_MOST: Final = re.compile(
    rf"\b(?:at most|max(?:imum)?(?: length)?|up to|no more than|not more than)"
    rf"[\s:=]*(?:of )?{_NUMBER}{_LENGTH}",
    re.IGNORECASE,
)
_ABOVE: Final = re.compile(
    rf"\b(?P<word>greater than|more than|above|over|less than|below|under|fewer than)\s{_NUMBER}",
    re.IGNORECASE,
)
_DEFAULT: Final = re.compile(
    r"(?:\bdefaults?(?: is| to|:)?|(?<![<>!=])=)\s?(?P<value>\"[^\"]{0,200}\"|[\w.+-]{1,200})",
    re.IGNORECASE,
)
_POSITIVE: Final = re.compile(r"\bpositive\b", re.IGNORECASE)
_NOT_NEGATIVE: Final = re.compile(r"\b(?:non-negative|not negative|nonnegative)\b", re.IGNORECASE)
_NUMERIC: Final = frozenset({"integer", "decimal", "float"})
_TEXTUAL: Final = frozenset({"string", "text", "email", "url"})
_KEYS: Final = {"above": ">", "min": ">=", "below": "<", "max": "<="}
_MOST_LENGTH: Final = 1_000_000


def read(rest: str, made: dict[str, Any], *, typed: bool) -> dict[str, Any]:
    """The limits and the default that the words behind a field's name say.

    Args:
        rest: the words behind the name.
        made: the field so far.
        typed: its type was named; else a limit may tell that it is a number.
    """
    found: dict[str, Any] = {}
    _range(rest, found)
    _one_sided(rest, found)
    if _POSITIVE.search(rest):
        found.setdefault("above", 0.0)
    if _NOT_NEGATIVE.search(rest):
        found.setdefault("min", 0.0)
    found = _fitting(found, made, rest, typed=typed)
    if (match := _DEFAULT.search(rest)) is not None:
        default = _default(match["value"].strip('"'), found.get("type", made["type"]), made)
        if default is not None:
            found["default"] = default
    return found


def said(one: dict[str, Any]) -> list[str]:
    """The limits of a field for people."""
    words = [f"{sign} {exact(one[key])}" for key, sign in _KEYS.items() if key in one]
    if "min_length" in one:
        words.append(f"at least {one['min_length']} characters")
    if "max_length" in one:
        words.append(f"at most {one['max_length']} characters")
    if "default" in one:
        words.append(f"else {one['default']}")
    return words


def _range(rest: str, found: dict[str, Any]) -> None:
    match = _BETWEEN.search(rest)
    if match:
        low, high = sorted((float(match["low"]), float(match["high"])))
        kind = ("min_length", "max_length") if match["chars"] else ("min", "max")
        found |= {kind[0]: low, kind[1]: high}


def _one_sided(rest: str, found: dict[str, Any]) -> None:
    keys = {">": "above", "<": "below", ">=": "min", "<=": "max", "\u2265": "min", "\u2264": "max"}
    for match in _SIGN.finditer(rest):
        key = keys[match["sign"]]
        number = float(match["number"])
        if match["chars"]:
            least = key in {"above", "min"}
            step = {"above": 1, "below": -1}.get(key, 0)
            found["min_length" if least else "max_length"] = number + step
        else:
            found[key] = number
    for pattern, key in ((_LEAST, "min"), (_MOST, "max")):
        if match := pattern.search(rest):
            found[f"{key}_length" if match["chars"] else key] = float(match["number"])
    for match in _ABOVE.finditer(rest):
        above = match["word"].lower() in {"greater than", "more than", "above", "over"}
        found["above" if above else "below"] = float(match["number"])


def _fitting(
    found: dict[str, Any], made: dict[str, Any], rest: str, *, typed: bool
) -> dict[str, Any]:
    """Limits as the type takes them: of a text they are lengths, of anything else none."""
    kind = str(made["type"])
    numeric = {key for key in _KEYS if key in found}
    signs = bool(_SIGN.search(rest) or _BETWEEN.search(rest) or _POSITIVE.search(rest))
    signs = signs or bool(_NOT_NEGATIVE.search(rest) or _ABOVE.search(rest))
    if kind == "string" and numeric and not typed and signs:
        whole = all(found[key] == int(found[key]) for key in numeric)
        kind = found["type"] = "integer" if whole else "decimal"
    if kind in _TEXTUAL:
        steps = {"above": ("min_length", 1), "min": ("min_length", 0)}
        steps |= {"below": ("max_length", -1), "max": ("max_length", 0)}
        for key in numeric:
            name, step = steps[key]
            found[name] = found.pop(key) + step
        for name, least in (("min_length", 0), ("max_length", 1)):
            if name in found:
                found[name] = int(min(_MOST_LENGTH, max(least, found[name])))
        return found
    return {
        key: one
        for key, one in found.items()
        if key == "type" or (kind in _NUMERIC and key in _KEYS)
    }


def _default(raw: str, kind: str, made: dict[str, Any]) -> str | int | float | bool | None:
    """A default that its type takes; None where it does not."""
    low = raw.lower()
    if kind == "boolean":
        return {"yes": True, "true": True, "no": False, "false": False}.get(low)
    if kind in _NUMERIC:
        try:
            number = float(raw)
        except ValueError:
            return None
        if not abs(number) <= 1e15:
            return None
        return int(number) if kind == "integer" else number
    if kind == "enum":
        return low if low in made.get("values", ()) else None
    return raw if kind in _TEXTUAL else None
