"""The request tool: text comes back, credentials and private addresses do not go out."""

from typing import Any

import pytest
from tests.engine.tools.conftest import Contexts

from menon.core.errors import ExternalError, TargetRefused
from menon.engine.tools import http_request as module
from menon.engine.tools.http_request import http_request
from menon.engine.tools.tool import Effect, Taint, ToolContext, ToolFailed, ToolRetry
from menon.testing.loopback import reply
from menon.testing.receiver import Receiver

PAGE = b"""<html><head><title>T</title><script>evil()</script></head>
<body><nav>menu</nav><main><h1>Prices</h1><p>Tea costs 3 euros.</p></main></body></html>"""


async def test_a_page_comes_back_as_its_main_text(outward: Contexts, receiver: Receiver):
    receiver.answer = lambda _m: reply(PAGE, content_type="text/html; charset=utf-8")
    found = await http_request.call(outward(), {"url": receiver.url})
    assert (found.status, found.media_type, found.cut) == (200, "text/html", False)
    assert found.text == "# Prices\n\nTea costs 3 euros."
    assert http_request.effect is Effect.EGRESS
    assert http_request.taint is Taint.RESULT


async def test_a_body_is_sent_and_a_large_answer_is_cut(outward: Contexts, receiver: Receiver):
    receiver.answer = lambda _m: reply(b"x" * (module.BYTES + 9), status="201 Made")
    given = {
        "url": receiver.url,
        "method": "POST",
        "body": '{"a": 1}',
        "headers": {"Content-Type": "application/json"},
    }
    found = await http_request.call(outward(), given)
    assert (found.status, len(found.text), found.cut) == (201, module.BYTES, True)
    (message,) = receiver.messages
    assert (message.method, message.json) == ("POST", {"a": 1})
    assert message.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("body", "media_type", "says"),
    [
        (b'{"a": 1}', "application/json", '{"a": 1}'),
        (b"\x00\x01", "image/png", "[2 bytes of image/png]"),
        (b"plain\x00 \xff", "", "plain \ufffd"),
        (b"", "text/html", "[an unreadable page"),
        (b"<a>" * 40_000, "text/html", ""),
    ],
)
async def test_what_is_no_page(
    outward: Contexts, receiver: Receiver, body: bytes, media_type: str, says: str
):
    receiver.answer = lambda _m: reply(body, **({"content_type": media_type} if media_type else {}))
    found = await http_request.call(outward(), {"url": receiver.url})
    assert says in found.text


async def test_a_page_that_takes_too_long_is_given_up(
    outward: Contexts, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "_READING_S", -1.0)
    receiver.answer = lambda _m: reply(PAGE, content_type="text/html")
    found = await http_request.call(outward(), {"url": receiver.url})
    assert "unreadable page: the page takes longer" in found.text


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"url": "http://user:pw@example.com/"}, ToolFailed),
        ({"url": "https://example.com/?api_key=abc"}, ToolFailed),
        ({"url": "https://example.com/?token=abc"}, ToolFailed),
        ({"url": "https://example.com/sk-abcdefgh12345678"}, ToolFailed),
        ({"url": "http://169.254.169.254/latest"}, TargetRefused),
        ({"url": "http://localhost:1/"}, TargetRefused),
        ({"url": "file:///etc/passwd"}, TargetRefused),
        ({"url": "nonsense"}, TargetRefused),
        ({"url": "https://example.com/", "body": "x"}, ToolRetry),
        ({"url": "https://example.com/", "method": "CONNECT"}, ToolRetry),
        ({"url": "https://example.com/", "headers": {"Authorization": "x"}}, ToolRetry),
        ({"url": "https://example.com/", "headers": {"accept": "a\nb: c"}}, ToolRetry),
    ],
)
async def test_what_must_not_go_out_does_not(
    outward: Contexts, receiver: Receiver, given: dict[str, Any], error: type[Exception]
):
    with pytest.raises(error):
        await http_request.call(outward(), given)
    assert receiver.messages == []


async def test_a_redirect_inwards_and_a_dead_line_fail(outward: Contexts, receiver: Receiver):
    receiver.answer = lambda _m: reply(status="302 Found", location="http://10.0.0.1/")
    with pytest.raises(TargetRefused):
        await http_request.call(outward(), {"url": receiver.url})
    receiver.answer = lambda _m: None
    with pytest.raises(ExternalError):
        await http_request.call(outward(), {"url": receiver.url})


async def test_without_a_server_there_is_no_way_out():
    with pytest.raises(ToolFailed, match="no guarded way out"):
        await http_request.call(ToolContext(run="r"), {"url": "https://example.com/"})
