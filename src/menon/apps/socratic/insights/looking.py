"""What stands out in a project: strengths, patterns, what to do next."""

from collections import Counter
from functools import partial
from typing import Any

from menon.apps.socratic.agreements.schemas import DetectIn, StatementIn
from menon.apps.socratic.aside import aside
from menon.apps.socratic.insights import planning, reviewing, standing
from menon.apps.socratic.specification import Specification
from menon.core.auth import Principal
from menon.core.errors import InvalidInput
from menon.core.runtime import Runtime
from menon.engine.analysis.analyze import Analysis, analyze

_LONGEST = 200_000
_HUB = 3
"""An entity to which so many others refer holds the model together."""


async def insights(runtime: Runtime, who: Principal, project_id: str) -> dict[str, Any]:
    """What is strong, what is weak, what is next."""
    progress = await standing.progress(runtime, who, project_id)
    risks = (await reviewing.risks(runtime, who, project_id))["risks"]
    strong = [
        text
        for text, holds in (
            (f"{progress.coverage:.0%} of what matters is answered.", progress.coverage >= 0.8),
            ("No conflict is open.", progress.conflicts["open"] == 0),
            ("A specification is approved.", _is(progress.specification, "state", "approved")),
            ("Its code passed every gate.", _is(progress.codebase, "status", "completed")),
        )
        if holds
    ]
    return {
        "project_id": project_id,
        "strong": strong,
        "weak": [one["text"] for one in risks[:10]],
        "next": (await recommendations(runtime, who, project_id))["recommendations"][:3],
    }


async def recommendations(runtime: Runtime, who: Principal, project_id: str) -> dict[str, Any]:
    """What to do next in a project, the most useful first."""
    progress = await standing.progress(runtime, who, project_id)
    steps: list[dict[str, str]] = []
    if progress.conflicts["hard"]:
        steps.append(_step("resolve_conflicts", "Resolve the hard conflicts; they block approval."))
    if progress.coverage < 0.9:
        steps.append(_step("ask", "Go on asking; less than 90 % of what matters is known."))
    if progress.specification is None:
        steps.append(_step("specify", "Make a specification of the answers."))
    elif progress.specification["state"] != "approved":
        steps.append(_step("approve", "Read the specification and approve it."))
    elif progress.codebase is None:
        steps.append(_step("generate", "Have code made of the approved specification."))
    elif progress.codebase["status"] == "failed":
        steps.append(_step("look_at_tests", "See why the gates of the code failed."))
    return {"project_id": project_id, "recommendations": steps}


async def patterns(runtime: Runtime, who: Principal, project_id: str) -> dict[str, Any]:
    """What repeats in a project's newest specification."""
    return repeated(await planning.needed(runtime, who, project_id)) | {"project_id": project_id}


def repeated(spec: Specification) -> dict[str, Any]:
    """Fields that many entities share, entities that hold others together, ways they are kept."""
    fields = Counter(
        (one.name, one.type.value) for entity in spec.entities for one in entity.fields
    )
    pointed = Counter(one.target for entity in spec.entities for one in entity.relations)
    return {
        "shared_fields": [
            {"name": name, "type": kind, "entities": count}
            for (name, kind), count in fields.most_common(20)
            if count > 1
        ],
        "hubs": [
            {"entity": name, "referred_to_by": count}
            for name, count in pointed.most_common()
            if count >= _HUB
        ],
        "life_cycles": [entity.name for entity in spec.entities if entity.life_cycle],
        "owned": [entity.name for entity in spec.entities if entity.owned],
        "alone": [
            entity.name
            for entity in spec.entities
            if not entity.relations and not pointed[entity.name]
        ],
    }


def uses(technologies: list[str]) -> DetectIn:
    """Technologies as statements that say they are used.

    Raises:
        InvalidInput: there are too many, or names are too long.
    """
    if len(technologies) > 100 or any(not name.strip() or len(name) > 100 for name in technologies):
        raise InvalidInput("Name at most 100 technologies with 1 to 100 characters each.")
    return DetectIn(
        statements=[
            StatementIn(id=f"{n}:{name}", role="technical_lead", text=f"The system uses {name}.")
            for n, name in enumerate(technologies, start=1)
        ]
    )


async def conversation(text: str) -> dict[str, Any]:
    """The mood, topics, names and summary of a text.

    Raises:
        InvalidInput: it is empty or too long.
    """
    if not text.strip() or len(text) > _LONGEST:
        raise InvalidInput(f"Send 1 to {_LONGEST:,} characters of text.")
    return await aside(partial(analyze, text, Analysis.GENERAL))


def _is(held: dict[str, Any] | None, name: str, value: str) -> bool:
    return held is not None and held[name] == value


def _step(what: str, text: str) -> dict[str, str]:
    return {"what": what, "text": text}
