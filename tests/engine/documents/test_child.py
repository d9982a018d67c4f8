"""The reading process answers every request, whatever is in the file."""

import io
from pathlib import Path

import msgspec
from tests.fixtures.files import pdf

from menon.core.errors import ContentError, UnsupportedContent
from menon.engine.documents import Limits
from menon.engine.documents.child import serve
from menon.engine.documents.isolate import Reply, Request


def test_requests_are_answered_in_order(tmp_path: Path) -> None:
    files = {"a.md": b"# A", "b.pdf": pdf("B", info="/Title (T)"), "c.txt": bytes(range(256))}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    requests = [
        Request(path=str(tmp_path / name), filename=name, declared_type=None, limits=Limits())
        for name in [*files, "missing"]
    ]
    out, prepared = io.BytesIO(), list[Request]()
    asked = io.BytesIO(b"".join(msgspec.json.encode(request) + b"\n" for request in requests))
    serve(asked, out, prepared.append)
    replies = [msgspec.json.decode(line, type=Reply) for line in out.getvalue().splitlines()]
    assert [reply.parsed and reply.parsed.title for reply in replies] == ["A", "T", None, None]
    assert [reply.code for reply in replies] == ["", "", UnsupportedContent.code, ContentError.code]
    assert prepared == requests
