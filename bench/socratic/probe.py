"""Make, read, list, change and delete a record of every kind, knowing nothing but the document.

Run in a generated project, by its own Python: `python probe.py`. It asks as every role in turn,
since nobody knows here who may do what, and prints one line of JSON: what could be done to each
address, and what was answered otherwise than it has to be.
"""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

Json = dict[str, Any]
_ROLES = 12
"""Turns of signing in; more roles than that are not tried."""


class Probe:
    """The application with its data, and what was found."""

    def __init__(self) -> None:
        contract: Any = importlib.import_module("contract.application")
        client: Any = importlib.import_module("fastapi.testclient").TestClient
        self._app, self._headers = contract.app, contract.headers
        self._client = client(self._app, raise_server_exceptions=False)
        self.document: Json = self._app.openapi()
        self.faults: list[str] = []
        self.done: dict[str, str] = {}

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The best answer that any role gets."""
        best: Any = None
        for turn in range(_ROLES):
            headers = self._headers(self._app, turn)
            answer = self._client.request(method, path, json=body, headers=headers)
            if answer.status_code >= 500:
                self.faults.append(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
            if best is None or answer.status_code < best.status_code:
                best = answer
            if best.status_code < 300:
                break
        return best

    def run(self) -> None:
        """Every kind of record, what is pointed at last."""
        paths: dict[str, Json] = self.document["paths"]
        for path in reversed(paths):
            one = paths.get(f"{path}/{{record_id}}", {})
            if path.startswith("/api/") and {"get", "put", "delete"} <= one.keys():
                self._kind(path, _keys(self.document, one["put"]))

    def _kind(self, path: str, keys: set[str]) -> None:
        self.done[path] = ""
        listed = self.ask("GET", path)
        rows: list[Json] = listed.json() if listed.status_code == 200 else []
        if not rows:
            self._expect(f"GET {path}", listed, {200, 403})
            return
        self._note(path, "L")
        row = rows[-1]
        at = f"{path}/{row['id']}"
        read = self.ask("GET", at)
        if self._expect(f"GET {at}", read, {200}) and read.json() == row:
            self._note(path, "R")
        body = {key: value for key, value in row.items() if key in keys - {"version"}}
        put = self.ask("PUT", at, body)
        if self._expect(f"PUT {at}", put, {200, 403}) and put.status_code == 200:
            self._same(f"PUT {at}", put.json(), body)
            self._note(path, "U")
        patched = self.ask("PATCH", at, {})
        self._expect(f"PATCH {at}", patched, {200, 403})
        self._removed(path, at, body)

    def _removed(self, path: str, at: str, body: Json) -> None:
        """Deleted, unless something points at it; and made again."""
        gone = self.ask("DELETE", at)
        self._expect(f"DELETE {at}", gone, {204, 403, 409})
        if gone.status_code != 204:
            return
        self._note(path, "D")
        self._expect(f"GET {at} after DELETE", self.ask("GET", at), {404, 403})
        made = self.ask("POST", path, body)
        if self._expect(f"POST {path}", made, {201, 403}) and made.status_code == 201:
            self._same(f"POST {path}", made.json(), body)
            self._note(path, "C")

    def _same(self, what: str, answer: Json, sent: Json) -> None:
        other = {key: answer.get(key) for key in sent if answer.get(key) != sent[key]}
        if other:
            self.faults.append(f"{what}: sent {sent}, answered {other}"[:600])

    def _expect(self, what: str, answer: Any, allowed: set[int]) -> bool:
        if answer.status_code in allowed:
            return True
        self.faults.append(f"{what}: {answer.status_code} {answer.text[:300]}")
        return False

    def _note(self, path: str, letter: str) -> None:
        self.done[path] += letter


def _keys(document: Json, operation: Json) -> set[str]:
    """The keys of the body that an operation takes."""
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return set(schema["properties"])


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    probe = Probe()
    probe.run()
    print(json.dumps({"done": probe.done, "faults": probe.faults}))
