"""A name for plain JSON by what stands in it."""

import hashlib
import json
from typing import Any


def json_digest(value: Any) -> str:
    """SHA-256 in hex of the canonical JSON of a value (sorted keys, no spaces, UTF-8).

    Raises:
        ValueError: something in it is not finite.
    """
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
