"""The web search: off by default, any JSON endpoint by setting, hostile answers refused."""

import json
from typing import Any

import pytest
from tests.engine.tools.conftest import Contexts

from menon.core.errors import ExternalError
from menon.core.settings import SettingsError
from menon.engine.tools.tool import Effect, Taint, ToolFailed, ToolRetry
from menon.engine.tools.web_search import OFF, at, web_search
from menon.testing.loopback import reply
from menon.testing.receiver import Receiver


def searx(receiver: Receiver) -> str:
    return receiver.url + "?q={query}&n={limit}&format=json"


async def test_it_is_off_until_an_operator_names_an_endpoint(outward: Contexts):
    context = outward()
    assert web_search.unavailable
    assert web_search.unavailable(context.runtime) == OFF
    with pytest.raises(ToolFailed, match="MENON_WEB_SEARCH__URL"):
        await web_search.call(context, {"query": "tea"})
    assert (web_search.effect, web_search.taint) == (Effect.EGRESS, Taint.RESULT)


async def test_results_of_searxng(outward: Contexts, receiver: Receiver):
    results = [
        {"title": "A  title", "url": "https://a.example/", "content": "Some\ntext"},
        {"title": 3, "url": "javascript:alert(1)", "content": "no"},
        {"url": "https://b.example/"},
        "nonsense",
    ]
    receiver.answer = lambda _m: reply(json.dumps({"results": results}).encode())
    context = outward(url=searx(receiver), key="k-12345678")
    assert web_search.unavailable
    assert web_search.unavailable(context.runtime) == ""
    found = await web_search.call(context, {"query": "tea & milk", "limit": 3})
    assert [(each.title, each.url, each.text) for each in found.results] == [
        ("A title", "https://a.example/", "Some text"),
        ("", "https://b.example/", ""),
    ]
    (message,) = receiver.messages
    assert message.path == "/hook?q=tea%20%26%20milk&n=3&format=json"
    assert message.headers["authorization"] == "Bearer k-12345678"


async def test_any_other_endpoint_by_its_paths(outward: Contexts, receiver: Receiver):
    hits = [
        {"doc": {"name": "N", "link": f"https://x.example/{n}"}, "bits": ["t"]} for n in range(9)
    ]
    receiver.answer = lambda _m: reply(json.dumps({"data": [{"hits": hits}]}).encode())
    context = outward(
        url=searx(receiver),
        key="abc",
        key_header="X-Token",
        results="data.0.hits",
        title="doc.name",
        link="doc.link",
        text="bits.0",
    )
    found = await web_search.call(context, {"query": "x", "limit": 99})
    assert (len(found.results), found.results[8].text) == (9, "t")
    assert receiver.messages[0].headers["x-token"] == "abc"


@pytest.mark.parametrize(
    "answer",
    [
        reply(b"{}"),
        reply(b"<html>"),
        reply(b'{"results": 3}'),
        reply(b"[" * 200_000),
        reply(b"{}", status="500 No"),
        None,
    ],
)
async def test_a_bad_answer_is_a_typed_failure(
    outward: Contexts, receiver: Receiver, answer: bytes | None
):
    receiver.answer = lambda _m: answer
    with pytest.raises(ExternalError):
        await web_search.call(outward(url=searx(receiver)), {"query": "x"})


@pytest.mark.parametrize("query", ["", "  ", "x" * 501])
async def test_a_query_is_words(outward: Contexts, receiver: Receiver, query: str):
    with pytest.raises(ToolRetry):
        await web_search.call(outward(url=searx(receiver)), {"query": query})


@pytest.mark.parametrize(
    "wrong", [{"url": "https://x.example/"}, {"url": "ftp://x/{query}"}, {"results": "a..b"}]
)
async def test_wrong_settings_are_refused_at_start(outward: Contexts, wrong: dict[str, Any]):
    with pytest.raises(SettingsError):
        outward(**wrong)


def test_a_path_leads_somewhere_or_to_nothing():
    assert at({"a": [1, 2]}, "a.1") == 2
    assert at({"a": [1]}, "a.7") is None
    assert at({"a": 1}, "a.b") is None
    assert at(3, "") == 3
