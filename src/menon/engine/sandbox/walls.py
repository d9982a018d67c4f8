"""The ways to start the launcher, from the strongest to the weakest."""

import os
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from menon.engine.sandbox.inside.plan import DEVICES
from menon.engine.sandbox.outcome import Tier
from menon.engine.sandbox.view import INSIDE, View, launcher_python

_BOX = "/tmp"  # noqa: S108 - inside, where it is nobody else's
_BOOT = (
    f"import sys; sys.path[:0] = [{str(INSIDE.parent)!r}]; from inside.launch import main; main()"
)
_NAMES = {"bwrap": "(bubblewrap)", "own": "(own namespaces)", "none": "(no namespaces)"}
_SUPERVISOR = ("chown", "dac_override", "kill", "setgid", "setuid", "sys_ptrace")
"""What root keeps inside bubblewrap to become another user and watch it; the program has none."""


@dataclass(frozen=True, kw_only=True)
class Walls:
    """One way to confine; a tier may have several."""

    tier: Tier
    kind: Literal["bwrap", "own", "none"]
    """Who makes namespaces: bubblewrap, the launcher, or nobody."""

    @property
    def name(self) -> str:
        """As people are told."""
        return f"{self.tier} {_NAMES[self.kind]}"

    @property
    def walled(self) -> bool:
        """There are namespaces: a file system, and a network in which processes may talk."""
        return self.kind != "none"

    @property
    def box(self) -> str:
        """Where a run writes: on a file system of its own, or in a folder that nobody has yet."""
        if self.walled:
            return _BOX
        return str(Path(tempfile.gettempdir()) / f"menon-{secrets.token_hex(8)}")

    def command(self, view: View, *, disk_bytes: int) -> list[str]:
        """What starts the launcher."""
        python = [str(launcher_python()), "-I", "-S", "-X", "utf8", "-c", _BOOT]
        if self.kind == "bwrap":
            return [*_bubblewrap(view, disk_bytes), "--", *python]
        return python


ALL: Final = (
    Walls(tier=Tier.T2, kind="bwrap"),
    Walls(tier=Tier.T1, kind="own"),
    Walls(tier=Tier.T1, kind="none"),
)


def _bubblewrap(view: View, disk_bytes: int) -> list[str]:
    words = [shutil.which("bwrap") or "bwrap", "--die-with-parent", "--new-session"]
    words += ["--unshare-pid", "--as-pid-1", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    words += ["--unshare-cgroup-try"]
    if os.geteuid() == 0:
        for name in _SUPERVISOR:
            words += ["--cap-add", f"CAP_{name.upper()}"]
    else:
        words += ["--unshare-user"]
    paths = [*view.read, *(path for path, _ in view.links), "/dev/null"]
    words += ["--perms", "1777", "--size", str(disk_bytes), "--tmpfs", _BOX]
    # The folders above would be closed to the user that we become.
    for folder in sorted(
        {str(above) for path in paths for above in Path(path).parents} - {"/", _BOX}
    ):
        words += ["--perms", "0755", "--dir", folder]
    for path in view.read:
        words += ["--ro-bind", path, path]
    for path in DEVICES:
        words += ["--dev-bind", path, path]
    for path, target in (*view.links, ("/dev/shm", f"{_BOX}/shm")):  # noqa: S108
        words += ["--symlink", target, path]
    return [*words, "--proc", "/proc", "--remount-ro", "/", "--chdir", "/"]
