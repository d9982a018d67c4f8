"""What is installed, pinned: adding a file is visible in review."""

import json
from pathlib import Path

import pytest

from menon.entry.inventory import inventory

PINNED = Path(__file__).with_name("inventory.json")


def test_the_inventory_is_the_pinned_one():
    found = inventory()
    pinned = json.loads(PINNED.read_text())
    assert found == pinned, "run `uv run menon parts --json > tests/architecture/inventory.json`"


def test_static_paths_come_before_parameters():
    """A parameter route that stands first swallows the static one behind it."""
    from menon.entry.parts import features

    seen: list[tuple[str, str]] = []
    swallowed: list[str] = []
    for feature in features():
        for routes in (*feature.routes, *feature.pages):
            for method, path, _ in routes.actions:
                for earlier_method, earlier in seen:
                    if method == earlier_method and _swallows(earlier, path):
                        swallowed.append(f"{method} {path} behind {earlier}")
                seen.append((method, path))
    assert swallowed == []


def _swallows(earlier: str, later: str) -> bool:
    first, second = earlier.split("/"), later.split("/")
    if len(first) != len(second) or earlier == later:
        return False
    return all(
        a == b or (a.startswith("{") and not b.startswith("{"))
        for a, b in zip(first, second, strict=True)
    )


@pytest.mark.parametrize(
    "name",
    [
        f
        for f in json.loads(PINNED.read_text())["features"]
        if f in {"a2a", "agui", "feedback", "mcp", "monitor", "dashboard", "openai"}
    ]
    if PINNED.exists()
    else [],
)
def test_the_application_starts_without_a_leaf(name: str, tmp_path: Path):
    from menon.core.settings import load
    from menon.entry.http import create_app
    from menon.entry.parts import features, sections

    rest = [feature for feature in features() if feature.name != name]
    settings = load(sections(rest), environ={}, data_dir=tmp_path)
    assert create_app(settings, among=rest).openapi()["paths"]
