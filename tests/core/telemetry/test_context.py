"""What is known of the work at hand goes along with it."""

from tests.fixtures.server import NOW

from menon.core.runs import store
from menon.core.runs.events import Complete
from menon.core.runs.log import RunLog
from menon.core.runs.models import RunKind
from menon.core.runs.writer import RunWriter
from menon.core.runtime import Runtime
from menon.core.telemetry.context import (
    current_span_id,
    current_trace_id,
    remote_parent,
    request_context,
    request_id,
    run_id,
    user_id,
)
from menon.kit.ids import new_id


async def test_a_run_goes_on_under_the_request_that_began_it(runtime: Runtime) -> None:
    seen: list[tuple[str, str, str, str]] = []

    async def body(writer: RunWriter) -> None:
        seen.append((run_id.get(), request_id.get(), user_id.get(), current_trace_id()))
        await writer.finish(Complete())

    run = store.NewRun(id=new_id(), kind=RunKind.TASK, owner_id="ada")
    await runtime.db.write(store.create, run, NOW)
    with request_context("request-1") as request:
        user_id.set("ada")
        trace = current_trace_id()
        task = await runtime[RunLog].start(run.id, body)
    await task
    assert request.id == "request-1"
    assert seen == [(run.id, "request-1", "ada", trace)]
    assert run_id.get() == ""


def test_outside_of_any_work_nothing_is_known() -> None:
    assert (current_trace_id(), current_span_id(), request_id.get()) == ("", "", "")


def test_a_callers_decision_to_record_is_read() -> None:
    ids = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331"
    kept, dropped = remote_parent(f"{ids}-01"), remote_parent(f"{ids}-00")
    assert kept is not None
    assert kept.trace_flags.sampled
    assert dropped is not None
    assert not dropped.trace_flags.sampled
    assert kept.is_remote
