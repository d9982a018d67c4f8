"""The lists of words that naming and reading go by, from `words.yaml`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

_ALL: Final[Mapping[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "words.yaml").read_text(encoding="utf-8")
)
SQL: Final = frozenset[str](_ALL["sql"].split())
COLUMNS: Final = frozenset[str](_ALL["columns"].split())
ATTRIBUTES: Final = frozenset[str](_ALL["attributes"].split())
CLASSES: Final = frozenset[str](_ALL["classes"].split())
VERBS: Final[Mapping[str, frozenset[str]]] = {
    action: frozenset(forms.split()) for action, forms in _ALL["verbs"].items()
}
LETTERS: Final[Mapping[str, str]] = _ALL["letters"]
