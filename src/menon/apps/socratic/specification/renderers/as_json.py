"""The specification itself, whole."""

import json

from menon.apps.socratic.specification.model import Specification


def render(spec: Specification) -> str:
    """JSON that `Specification.model_validate_json` reads back."""
    return json.dumps(spec.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"
