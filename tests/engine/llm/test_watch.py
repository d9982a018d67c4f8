import asyncio
from contextlib import AbstractAsyncContextManager

import pytest
from pydantic_ai.messages import ModelMessage, ModelRequest, UserPromptPart
from pydantic_ai.models import ModelRequestParameters, StreamedResponse

from menon.core.errors import ModelError, ModelLimited, ModelUnavailable
from menon.core.runs.events import Retrying
from menon.engine.llm.patience import Breaker, Patience
from menon.engine.llm.provider import Endpoint, Outbound
from menon.engine.llm.providers.openai import provider
from menon.engine.llm.watch import Watch
from menon.testing.fake_llm import FakeLLM

ASKED: list[ModelMessage] = [ModelRequest(parts=[UserPromptPart(content="hi")])]
HASTY = Patience(first_s=0.2, between_s=0.2, retry_s=5.0, attempts=2, answer_bytes=10_000)


class Case:
    """A watched model before the fake."""

    def __init__(self, fake: FakeLLM, outbound: Outbound) -> None:
        self.fake, self.outbound = fake, outbound
        self.breaker = Breaker()
        self.retries: list[Retrying] = []

    async def heard(self, retrying: Retrying) -> None:
        self.retries.append(retrying)

    async def ask(self, model: str, patience: Patience = HASTY) -> str:
        endpoint = Endpoint(base_url=f"{self.fake.url}/v1")
        built = provider.build(model, endpoint, self.outbound)
        watch = Watch(name=model, breaker=self.breaker, patience=patience, report=self.heard)
        text = ""
        async with watch.over(
            lambda: built.request_stream(ASKED, None, ModelRequestParameters())
        ) as answer:
            async for _ in answer.events:
                text = answer.stream.get().text or ""
        return text


@pytest.fixture
def case(fake: FakeLLM, outbound: Outbound) -> Case:
    return Case(fake, outbound)


class TestRetries:
    async def test_a_failure_before_the_first_event_is_tried_again(self, case: Case) -> None:
        assert "~2" in await case.ask("fake-n3-e503-a1")
        assert [(each.attempt, each.after_s) for each in case.retries] == [(1, 0.25)]

    async def test_a_pause_that_is_asked_for_is_kept(self, case: Case) -> None:
        await case.ask("fake-n3-e429-r1-a1")
        assert case.retries[0].after_s == 1.0

    async def test_a_pause_beyond_the_budget_is_not_waited_for(self, case: Case) -> None:
        with pytest.raises(ModelLimited) as caught:
            await case.ask("fake-e429-r60")
        assert caught.value.retry_after == 60.0
        assert case.fake.stats["requests"] == 1

    async def test_a_failure_after_the_first_event_is_not(self, case: Case) -> None:
        with pytest.raises(ModelUnavailable, match="middle of its answer"):
            await case.ask("fake-n9-d1-k3-a1")
        assert case.fake.stats["requests"] == 1

    async def test_what_would_fail_again_is_not(self, case: Case) -> None:
        with pytest.raises(ModelError, match="refused the key"):
            await case.ask("fake-e401")
        assert case.fake.stats["requests"] == 1


async def test_a_request_that_cannot_be_made_leaves_the_next_one_its_turn(case: Case) -> None:
    def ask() -> AbstractAsyncContextManager[StreamedResponse]:
        raise ValueError("these messages cannot be sent")

    case.breaker.failures, case.breaker.opened = 5, -1000.0
    watch = Watch(name="x", breaker=case.breaker, patience=HASTY, report=case.heard)
    with pytest.raises(ValueError, match="cannot be sent"):
        async with watch.over(ask):
            pass
    assert "~2" in await case.ask("fake-n3")


class TestTime:
    @pytest.mark.parametrize("model", ["fake-h0", "fake-f5000", "fake-s0"])
    async def test_a_silent_server_is_given_up(self, case: Case, model: str) -> None:
        began = asyncio.get_running_loop().time()
        with pytest.raises(ModelUnavailable, match=r"said nothing for 0\.2 s"):
            await case.ask(model)
        assert asyncio.get_running_loop().time() - began < 1.5
        assert len(case.retries) == 1

    @pytest.mark.parametrize("model", ["fake-h3", "fake-s3"])
    async def test_and_one_that_falls_silent(self, case: Case, model: str) -> None:
        with pytest.raises(ModelUnavailable, match=r"said nothing for 0\.2 s"):
            await case.ask(model)
        assert case.fake.stats["requests"] == 1


class TestSize:
    async def test_an_answer_that_does_not_end_is_cut_off(self, case: Case) -> None:
        with pytest.raises(ModelError, match="more than 10000 bytes"):
            await case.ask("fake-n100-w1000")

    async def test_an_empty_one_is_an_error(self, case: Case) -> None:
        with pytest.raises(ModelError, match="answered with nothing"):
            await case.ask("fake-n0")


class TestBreaker:
    async def test_a_dead_server_is_left_alone(self, case: Case) -> None:
        patience = Patience(attempts=1)
        for _ in range(5):
            with pytest.raises(ModelUnavailable):
                await case.ask("fake-e500", patience)
        with pytest.raises(ModelUnavailable, match="5 times in a row"):
            await case.ask("fake-n1", patience)
        assert case.fake.stats["requests"] == 5

    @pytest.mark.parametrize("model", ["fake-e401", "fake-e429-r60", "fake-j0", "fake-n0"])
    async def test_one_that_answers_something_is_not(self, case: Case, model: str) -> None:
        for _ in range(6):
            with pytest.raises(ModelError):
                await case.ask(model, Patience(attempts=1))
        assert "~0" in await case.ask("fake-n1")

    async def test_cancelling_is_no_failure(self, case: Case) -> None:
        case.breaker.failures = 4
        asking = asyncio.ensure_future(case.ask("fake-h0", Patience()))
        await case.fake.until(lambda: case.fake.stats["requests"] == 1)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert case.breaker.failures == 4
