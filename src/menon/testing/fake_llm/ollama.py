"""What an Ollama server does besides chatting: list, show, pull, embed."""

import json

from menon.testing.fake_llm.embeddings import texts, vector
from menon.testing.fake_llm.http import Connection, Request
from menon.testing.fake_llm.script import Body

_LAYER = 4096
"""Bytes of the one layer that a pull brings."""
_STEPS = 4


def serve(connection: Connection, request: Request, pulled: set[str]) -> bool:
    """Answer where the path is Ollama's; whether it was."""
    body = request.json() if request.body else {}
    model = str(body.get("model") or body.get("name") or "")
    if request.path == "/api/tags":
        connection.json({"models": [_tag(name) for name in ("fake", *sorted(pulled))]})
    elif request.path == "/api/version":
        connection.json({"version": "0.0.0-fake"})
    elif request.path == "/api/show":
        _show(connection, model)
    elif request.path == "/api/embed":
        _embed(connection, body)
    elif request.path == "/api/pull":
        _pull(connection, model, pulled)
    else:
        return False
    return True


def _tag(name: str) -> Body:
    details = {"family": "fake", "parameter_size": "1B", "quantization_level": "Q4_0"}
    return {"name": name, "model": name, "size": _LAYER, "digest": "f" * 64, "details": details}


def _show(connection: Connection, model: str) -> None:
    if "missing" in model:
        connection.json({"error": f"model '{model}' not found"}, 404)
        return
    abilities = ["embedding"] if "embed" in model else ["completion", "tools"]
    if "vision" in model:
        abilities.append("vision")
    connection.json(
        {
            "details": _tag(model)["details"],
            "model_info": {"general.architecture": "fake", "fake.context_length": 8192},
            "capabilities": abilities,
        }
    )


def _embed(connection: Connection, body: Body) -> None:
    rows = [vector(text) for text in texts(body)]
    connection.json({"model": body["model"], "embeddings": rows})


def _pull(connection: Connection, model: str, pulled: set[str]) -> None:
    connection.begin(b"application/x-ndjson")
    _line(connection, {"status": "pulling manifest"})
    if "missing" in model:
        _line(connection, {"error": "pull model manifest: file does not exist"})
        connection.end()
        return
    layer = {"status": "pulling ffff", "digest": "sha256:ffff", "total": _LAYER}
    for step in range(1, _STEPS + 1):
        _line(connection, {**layer, "completed": _LAYER * step // _STEPS})
    for status in ("verifying sha256 digest", "writing manifest", "success"):
        _line(connection, {"status": status})
    pulled.add(model)
    connection.end()


def _line(connection: Connection, data: Body) -> None:
    connection.chunk(json.dumps(data).encode() + b"\n")
