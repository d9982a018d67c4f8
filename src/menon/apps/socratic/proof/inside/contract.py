"""Ask the application everything that its document promises, and look at the answers.

The application lives in a child, so that it can neither change the checks nor end them.
"""

import base64
import json
import time
from typing import Any

from .channel import Child, Closed, Late
from .serving import serve
from .timing import Times

_ANSWER_S = 30.0
"""An answer that takes longer is none; where much else runs, a good one may take ten."""
_STRANGERS = 8
"""Each such request goes as it was made; the rest come from somebody who is signed in."""


class Gone(Exception):
    """The application does not answer any more."""


class Proxy:
    """An ASGI application that passes each request to the child."""

    def __init__(self, child: Child, until: float) -> None:
        self._child = child
        self._until = until
        self.gone = ""
        self.crashes: dict[str, str] = {}
        """What was raised, by method and path."""
        self.statuses: dict[int, int] = {}
        self.times = Times()
        self.asked = 0

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """One request, mostly with the headers of somebody who is signed in."""
        if scope["type"] != "http":
            raise RuntimeError("only HTTP is passed on")
        body = bytearray()
        more = True
        while more:
            message = await receive()
            body.extend(message.get("body", b""))
            more = message.get("more_body", False)
        said = self.ask(scope, bytes(body))
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in said[1]]
        await send({"type": "http.response.start", "status": said[0], "headers": headers})
        await send({"type": "http.response.body", "body": said[2]})

    def ask(self, scope: dict[str, Any], body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        """Status, headers and body of the child's answer.

        Raises:
            Gone: there is none.
        """
        own = [
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]
        ]
        stranger = self.asked % _STRANGERS == _STRANGERS - 1
        asked = {
            "method": scope["method"],
            "scheme": scope["scheme"],
            "path": scope["path"],
            "raw_path": (scope.get("raw_path") or scope["path"].encode()).decode("latin-1"),
            "query": scope["query_string"].decode("latin-1"),
            "headers": own,
            "turn": -1 if stranger else self.asked,
            "body": base64.b64encode(body).decode(),
        }
        begun = time.monotonic()
        told = self._exchange(asked)
        self.times.add(scope["method"], scope["path"], told["status"], time.monotonic() - begun)
        self.asked += 1
        self.statuses[told["status"]] = self.statuses.get(told["status"], 0) + 1
        if told["trace"]:
            self.crashes.setdefault(f"{scope['method']} {scope['path']}", told["trace"])
        headers = [(name, value) for name, value in told["headers"]]
        return told["status"], headers, base64.b64decode(told["body"])

    def _exchange(self, asked: dict[str, Any]) -> dict[str, Any]:
        if self.gone:
            raise Gone(self.gone)
        try:
            self._child.say(asked)
            return self._child.frames.next(min(self._until, time.monotonic() + _ANSWER_S))
        except Late as error:
            what = f"{asked['method']} {asked['path']}"
            self.gone = f"it did not answer to {what} within {_ANSWER_S:g} s"
            raise Gone(self.gone) from error
        except Closed as error:
            self.gone = f"it ended at {asked['method']} {asked['path']}"
            raise Gone(self.gone) from error


def run(ticket: dict[str, Any]) -> dict[str, Any]:
    """The document, and what schemathesis found.

    The ticket says `seconds`, `entry`, `headers`, `document` (its path), `requests` (about how
    many) and `seed`.
    """
    until = time.monotonic() + ticket["seconds"]
    child = Child(lambda read, write: serve(read, write, ticket["entry"], ticket["headers"]))
    # Loads while the application does.
    from .examining import examine

    try:
        began = child.frames.next(until)
    except (Closed, Late) as error:
        child.end()
        why = "in time" if isinstance(error, Late) else "and its process ended"
        return {"problem": f"the application did not start {why}"}
    if began["kind"] != "ready":
        child.end()
        return {"problem": f"the application cannot be imported: {began.get('trace', '')}"}
    proxy = Proxy(child, until)
    report: dict[str, Any] = {}
    try:
        report["document"] = _document(proxy, ticket["document"])
        operations = sum(len(item) for item in report["document"]["paths"].values())
        begun = time.monotonic()
        report["contract"] = examine(proxy, ticket, operations, until - 2)
        report["seconds"] = time.monotonic() - begun
    except Gone as error:
        report["problem"] = f"the application stopped answering: {error}"
    except Exception as error:  # noqa: BLE001 - a document can be anything
        report["problem"] = f"{type(error).__name__}: {error}"[:2_000]
    finally:
        child.end()
    if proxy.gone:
        report["problem"] = f"the application stopped answering: {proxy.gone}"
    return {
        **report,
        "asked": proxy.asked,
        "times": proxy.times.by_operation(report["document"]) if "document" in report else {},
        "statuses": {str(status): count for status, count in sorted(proxy.statuses.items())},
        "crashes": proxy.crashes,
    }


def _document(proxy: Proxy, path: str) -> Any:
    scope = {
        "method": "GET",
        "scheme": "http",
        "path": path,
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
    }
    status, _, body = proxy.ask(scope, b"")
    if status != 200:
        raise ValueError(f"{path} answered {status}")
    return json.loads(body)
