"""The content of a specification as bytes, and its name by them."""

import hashlib
import json

from menon.apps.socratic.specification.model import Specification


def canonical(spec: Specification) -> bytes:
    """Canonical JSON: sorted keys, no spaces, UTF-8.

    What has its default value is left out, so that a specification keeps its digest when a later
    release knows more fields. `Specification.model_validate_json` reads it back unchanged.
    """
    plain = spec.model_dump(mode="json", exclude_defaults=True)
    plain["schema_version"] = spec.schema_version
    text = json.dumps(
        plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()


def digest(spec: Specification) -> str:
    """SHA-256 of the canonical JSON, in hex."""
    return hashlib.sha256(canonical(spec)).hexdigest()
