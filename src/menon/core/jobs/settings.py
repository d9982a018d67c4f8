"""Settings of durable work."""

from typing import ClassVar

from menon.core.settings import Section, setting


class JobSettings(Section):
    """How much this process works on durable jobs."""

    name: ClassVar[str] = "jobs"

    worker: bool = setting(True, "Work on jobs in this process; otherwise it only enqueues them.")
    interactive: int = setting(8, "Interactive jobs at the same time in this process.", ge=0)
    bulk: int = setting(2, "Bulk jobs at the same time in this process.", ge=0)
    threads: int = setting(16, "Threads for steps that block.", ge=2, le=256)
    drain_seconds: float = setting(
        10.0, "How long a stopping process lets its jobs go on before others take them.", ge=0
    )
    keep_days: int = setting(30, "Days for which ended jobs are kept.", ge=1)
