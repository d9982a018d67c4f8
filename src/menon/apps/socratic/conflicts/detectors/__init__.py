"""One detector for each type of conflict; a new file with a `DETECTOR` takes part."""

from functools import cache

from menon.apps.socratic.conflicts.model import Detector
from menon.kit.discover import exported


@cache
def detectors() -> tuple[Detector, ...]:
    """Every detector, the ones whose findings go first at the front."""
    return tuple(sorted(exported(__name__, "DETECTOR", Detector), key=lambda d: d.order))
