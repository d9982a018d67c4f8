"""Durable work: jobs that survive their process, enqueued in the unit that wants them.

@job("ingest", queue="bulk")
async def ingest(context: JobContext, payload: dict[str, Any]) -> dict[str, Any]:
    text = await context.step("read", read, payload["document"])
    await context.write("store", queries.store, payload["document"], text)
    return {"characters": len(text)}

def add(session: Session, ...) -> None:      # a unit of work
    runs.store.create(session, NewRun(...), now)
    enqueue(session, ingest, {"document": document_id}, run_id=run_id, now=now)
"""

from menon.core.jobs.context import JobContext
from menon.core.jobs.job import Job, job
from menon.core.jobs.jobs import Jobs, open_jobs
from menon.core.jobs.outbox import enqueue, go_on, has_job
from menon.core.jobs.parked import Parked
from menon.core.jobs.settings import JobSettings

__all__ = [
    "Job",
    "JobContext",
    "JobSettings",
    "Jobs",
    "Parked",
    "enqueue",
    "go_on",
    "has_job",
    "job",
    "open_jobs",
]
