"""The changes between two versions that people look at; pure."""

from collections.abc import Iterator, Sequence
from typing import Final

from menon.apps.socratic.agreements.schemas import DifferenceOut

_ANSWERS: Final = "clarifications"
_ORIGIN: Final = "source"


def told(differences: Sequence[DifferenceOut]) -> list[dict[str, str]]:
    """What changed in what is to be built; answers are counted.

    From which answer something comes changes with every session, and says nothing about it. The
    whole of the changes is in the API.
    """
    return [
        {"kind": one.kind, "text": one.text} for one in differences if not _is_aside(one)
    ] + list(_answers(differences))


def _is_aside(one: DifferenceOut) -> bool:
    parts = one.path.strip("/").split("/")
    # A field may be called so too, and a transition begins at its source.
    origin = parts[-1] == _ORIGIN and one.kind == "changed" and "life_cycle" not in parts
    return origin or parts[0] == _ANSWERS


def _answers(differences: Sequence[DifferenceOut]) -> Iterator[dict[str, str]]:
    found: dict[str, set[str]] = {}
    for one in differences:
        parts = one.path.strip("/").split("/")
        if parts[0] == _ANSWERS and len(parts) > 1:
            kind = one.kind if len(parts) == 2 else "changed"
            found.setdefault(kind, set()).add(parts[1])
    for kind, names in found.items():
        said = "1 answer was" if len(names) == 1 else f"{len(names)} answers were"
        yield {"kind": kind, "text": f"{said} {kind}."}
