"""What of an approval's arguments may be shown."""

import json
import unicodedata
from typing import Any, cast

from menon.core.telemetry.redact import MASK, redact

_NAME = '{}: "something"'


def shown_args(args: Any) -> Any:
    """The arguments with everything masked that looks like a secret, by its name or its shape."""
    if isinstance(args, str):
        return redact(args)
    if isinstance(args, list):
        return [shown_args(item) for item in cast("list[Any]", args)]
    if isinstance(args, dict):
        return {
            redact(key): MASK if value and _is_secret(key) else shown_args(value)
            for key, value in cast("dict[str, Any]", args).items()
        }
    return args


def visible(text: str) -> str:
    """The text with every character spelled out that would not be seen, or turns others around."""
    return "".join(_spelled(char) if _hides(char) else char for char in text)


def _hides(char: str) -> bool:
    return char not in "\n\t" and unicodedata.category(char) in {"Cc", "Cf", "Co", "Zl", "Zp"}


def _spelled(char: str) -> str:
    return f"\\u{ord(char):04x}"


def _is_secret(name: str) -> bool:
    named = _NAME.format(json.dumps(name))
    return redact(named) != named
