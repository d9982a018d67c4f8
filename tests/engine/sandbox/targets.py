"""What attacks aim at: a server's files, process and sockets, and whether they were hit."""

import os
import resource
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_VICTIM = "import os, sys; kept = bytearray(os.environb[b'SECRET']); sys.stdin.read()"
_KEY = "0x00006d6e"


@dataclass(frozen=True, kw_only=True)
class Targets:
    """A small server."""

    folder: Path
    shown: tuple[Path, ...]
    """What attacks may read."""
    token: str
    """In the command of everything that an attack starts."""
    victim: "subprocess.Popen[bytes]"
    sockets: dict[str, socket.socket]
    before: dict[str, object]

    @property
    def told(self) -> dict[str, Any]:
        """What an attack knows."""
        return {
            "folder": str(self.folder),
            "secret": str(self.folder / "secret"),
            "victim": self.victim.pid,
            "setuid": str(self.shown[0] / "id"),
            "socket": str(self.folder / "socket"),
            "abstract": f"\0{self.token}",
            "port": self.sockets["TCP"].getsockname()[1],
            "datagrams": self.sockets["UDP"].getsockname()[1],
            "memory": f"menon-{self.token}",
        }

    def harm(self, *, patient: bool = True) -> Iterator[str]:
        """What was hit; call it when the attacks are over."""
        if patient and (left := survivors(self.token)):
            yield f"{left} live on"
        if self.victim.poll() is not None:
            yield "the server's process ended"
        else:
            yield from differences(self.before, state(self.victim.pid, self.folder))
        for name, listener in self.sockets.items():
            try:
                listener.recv(1) if name == "UDP" else listener.accept()
            except BlockingIOError:
                continue
            yield f"{name} arrived"
        if Path(f"/dev/shm/menon-{self.token}").exists():
            yield "shared memory is seen"
            Path(f"/dev/shm/menon-{self.token}").unlink()
        for kind in ("shm", "msg", "sem"):
            if f" {int(_KEY, 16)} " in Path(f"/proc/sysvipc/{kind}").read_text():
                yield f"System V {kind} is left"
        if boxes := list(Path(tempfile.gettempdir()).glob("menon-*/work")):
            yield f"boxes are left: {boxes}"


@contextmanager
def targets() -> Generator[Targets]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="server-")))
        fill(folder)
        token = secrets.token_hex(8)
        sockets = {
            "TCP": socket.create_server(("127.0.0.1", 0)),
            "UDP": socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
            "a file's socket": socket.socket(socket.AF_UNIX),
            "an abstract socket": socket.socket(socket.AF_UNIX),
        }
        sockets["UDP"].bind(("127.0.0.1", 0))
        sockets["a file's socket"].bind(str(folder / "socket"))
        sockets["an abstract socket"].bind(f"\0{token}")
        (folder / "socket").chmod(0o777)
        for name, listener in sockets.items():
            stack.enter_context(listener)
            listener.setblocking(False)
            if name != "UDP":
                listener.listen()
        victim = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _VICTIM],
            stdin=subprocess.PIPE,
            env={"SECRET": "cnry:in-the-environment"},
        )
        stack.enter_context(victim)
        stack.callback(victim.kill)
        shown = (Path(tempfile.gettempdir()) / "shown",)
        yield Targets(
            folder=folder,
            shown=shown,
            token=token,
            victim=victim,
            sockets=sockets,
            before=state(victim.pid, folder),
        )


def fill(folder: Path) -> None:
    """Files that permissions protect from nobody: the walls have to."""
    (folder / ".ssh").mkdir()
    for name in ("secret", ".ssh/id_ed25519"):
        (folder / name).write_text("cnry:in-a-file")
    for name in ("open-to-all", "removable"):
        (folder / name).write_text("as it was")
        (folder / name).chmod(0o666)
    for path in (folder, folder / ".ssh"):
        path.chmod(0o777)


def show(folder: Path) -> None:
    """What may be read inside: a program that runs as root, where we may make one."""
    shown = folder / "shown"
    shown.mkdir()
    shutil.copy("/usr/bin/id", shown / "id")
    (shown / "id").chmod(0o4755)


def state(pid: int, folder: Path) -> dict[str, object]:
    """What an attack could have changed."""
    file = folder / "open-to-all"
    seen = file.stat() if file.exists() else None
    return {
        "files": sorted(path.name for path in folder.iterdir()),
        "content": file.read_text() if seen else "",
        "mode": seen and seen.st_mode,
        "time": seen and seen.st_mtime_ns,
        "marks": os.listxattr(file) if seen else [],
        "limits of the process": resource.prlimit(pid, resource.RLIMIT_NOFILE),
        "processors of the process": os.sched_getaffinity(pid),
        "priority of the process": os.getpriority(os.PRIO_PROCESS, pid),
        "is stopped": Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] in "Tt",
    }


def differences(before: dict[str, object], after: dict[str, object]) -> Iterator[str]:
    for name, value in before.items():
        if after[name] != value:
            yield f"{name}: {value} became {after[name]}"


def survivors(token: str) -> list[int]:
    """Processes of attacks; they are ended."""
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and token.encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
                os.kill(int(entry.name), 9)
        except OSError:
            continue
    return found
