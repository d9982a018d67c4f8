"""Running a scenario that kills processes; the scenarios stand beside the sources, not in them."""

import subprocess
import sys
from pathlib import Path

from menon.core.settings import SettingsError

_ROOT = Path(__file__).parents[3]

SCENARIOS = {
    "jobs": ("bench.chaos", "jobs", "--runs", "200", "--kills", "20"),
    "survivor": ("bench.chaos", "survivor"),
    "ingest": ("bench.chaos_ingest",),
    "chat": ("bench.chaos_chat",),
    "webhooks": ("bench.chaos_webhooks",),
    "postgres": ("bench.outages", "postgres"),
    "disk": ("bench.outages", "disk"),
}


def run(name: str, *, as_json: bool) -> int:
    """Run a scenario on databases of its own and answer 0 when nothing was lost.

    Raises:
        SettingsError: there is no such scenario, or the scenarios are not installed.
    """
    if name not in SCENARIOS:
        raise SettingsError(f"there is no scenario {name!r}; name one of {', '.join(SCENARIOS)}")
    if not (_ROOT / "bench" / "chaos.py").is_file():
        raise SettingsError("the scenarios come with the sources; run this in a checkout")
    command = [sys.executable, "-m", *SCENARIOS[name], *(["--json"] if as_json else [])]
    return subprocess.run(command, cwd=_ROOT, check=False).returncode  # noqa: S603 - from the table
