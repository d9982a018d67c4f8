"""Tables in YAML beside the code, each read once."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, cast

import yaml


@cache
def document(name: str) -> Mapping[str, Any]:
    """A YAML file of the folder `lexicon`."""
    folder = files("menon.apps.socratic.conflicts").joinpath("lexicon")
    text = folder.joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return cast("Mapping[str, Any]", yaml.load(text, Loader=loader))  # noqa: S506
