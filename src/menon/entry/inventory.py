"""What is installed, so that what a scan found is visible; a snapshot test pins it."""

import json
from typing import Any

from menon.engine.llm.provider import Provider
from menon.engine.tools.tool import Tool
from menon.entry.parts import features, sections
from menon.features.agents.dispatch.registry import scanned
from menon.kit.discover import exported, modules


def inventory() -> dict[str, list[str]]:
    """Names of everything that was found, by kind."""
    found = features()
    routes = [r for feature in found for r in feature.routes]
    pages = [r for feature in found for r in feature.pages]
    tools = [
        value.name
        for module in modules("menon.engine.tools")
        for value in vars(module).values()
        if isinstance(value, Tool)
    ]
    return {
        "features": [feature.name for feature in found],
        "operations": sorted(_line(one) for each in routes for one in each.actions),
        "pages": sorted(_line(one) for each in pages for one in each.actions),
        "offers": sorted(_line(one) for feature in found for one in feature.offers),
        "tools": sorted({*tools, *(tool.name for f in found for tool in f.tools)}),
        "agents": sorted(spec.id for spec in [*scanned(), *(s for f in found for s in f.agents)]),
        "jobs": sorted(job.name for feature in found for job in feature.jobs),
        "providers": [p.name for p in exported("menon.engine.llm.providers", "provider", Provider)],
        "settings": [section.name for section in sections(found)],
    }


def show(*, as_json: bool) -> None:
    """Print the inventory."""
    found = inventory()
    if as_json:
        print(json.dumps(found, indent=2))
        return
    for kind, names in found.items():
        print(f"{kind} ({len(names)})")
        for name in names:
            print(f"  {name}")


def _line(operation: tuple[str, str, Any]) -> str:
    method, path, action = operation
    return f"{method} {path} [{action.value}]"
