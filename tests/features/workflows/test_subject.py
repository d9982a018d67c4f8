"""What workflows hold about a user."""

from tests.features.workflows.conftest import Desk

from menon.core.runtime import Runtime
from menon.features.accounts.service import principal_named
from menon.features.workflows import subject


async def test_a_users_workflows_are_told_and_forgotten(desk: Desk, runtime: Runtime):
    made = await desk.create({"a": {"type": "transform", "config": {"value": 1}}})
    user = (await principal_named(runtime, "dora")).user_id
    told = await subject.export(runtime, user)
    assert [one["id"] for one in told["workflows"]] == [made["id"]]
    assert (await subject.export(runtime, "nobody"))["workflows"] == []
    assert await subject.erase(runtime, user) == 1
    assert (await subject.export(runtime, user))["workflows"] == []
