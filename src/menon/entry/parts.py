"""Which parts are installed: the features and apps of this package, then those of others."""

from collections.abc import Sequence
from functools import cache

from menon.core.feature import Feature
from menon.core.settings import Section
from menon.kit.discover import exported, installed

GROUP = "menon.parts"

ORDER = (
    "accounts",
    "vault",
    "audit",
    "runs",
    "files",
    "integrations",
    "catalog",
    "media",
    "knowledge",
    "agents",
    "chat",
    "workflows",
)
"""The dependency order from the bottom; leaves and apps follow by name."""


@cache
def features() -> Sequence[Feature]:
    """Every installed feature, those that others rest on first."""
    found = [
        *exported("menon.features", "feature", Feature, inside="feature"),
        *exported("menon.apps", "feature", Feature, inside="feature"),
        *installed(GROUP, Feature),
    ]
    rank = {name: n for n, name in enumerate(ORDER)}
    return tuple(sorted(found, key=lambda f: (rank.get(f.name, len(ORDER)), f.name)))


def sections(among: Sequence[Feature]) -> tuple[type[Section], ...]:
    """The settings of the core and of these features."""
    from menon.core.db.settings import DatabaseSettings
    from menon.core.http.settings import HttpSettings
    from menon.core.http.sockets import SocketSettings
    from menon.core.jobs import JobSettings
    from menon.core.limits import LimitSettings
    from menon.core.telemetry.settings import TelemetrySettings
    from menon.engine.outbound.settings import OutboundSettings
    from menon.engine.sandbox.settings import SandboxSettings

    core: tuple[type[Section], ...] = (
        HttpSettings,
        SocketSettings,
        DatabaseSettings,
        JobSettings,
        LimitSettings,
        TelemetrySettings,
        OutboundSettings,
        SandboxSettings,
    )
    return (*core, *(section for feature in among for section in feature.settings))
