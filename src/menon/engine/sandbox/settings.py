"""Settings of the sandbox: what generated code may use up, and what it may see."""

from pathlib import Path
from typing import ClassVar, Literal

from menon.core.settings import Section, setting


class SandboxSettings(Section):
    """How code that nobody has read is run."""

    name: ClassVar[str] = "sandbox"

    tier: Literal["auto", "T2", "T1", "off"] = setting(
        "auto", "`auto`: the strongest that passes its self-test; `off` runs no generated code."
    )
    environment: Path | None = setting(
        None, "Virtual environment whose packages generated code may import; it is read-only."
    )
    read_only: list[Path] = setting([], "More folders that generated code may read.")
    seconds: float = setting(10.0, "How long a run may take.", gt=0, le=3600)
    memory_mb: int = setting(256, "Memory of a run, of all its processes together.", ge=32)
    processes: int = setting(32, "Processes and threads of a run.", ge=1, le=4096)
    open_files: int = setting(128, "Files that one process may hold open.", ge=16, le=65536)
    file_mb: int = setting(16, "Largest file.", ge=1)
    disk_mb: int = setting(64, "All files of a run together.", ge=1)
    output_bytes: int = setting(64 << 10, "What is kept of the output, and of the errors.", ge=1024)
    result_mb: int = setting(8, "What is read back of the files that a run wrote.", ge=0)
    concurrent: int = setting(4, "Runs at the same time in one process of the server.", ge=1)
