"""A cheap, faithful stand-in for language model servers: real sockets, real wire formats.

`FakeLLM` starts it inside a test; `python -m menon.testing.fake_llm` beside anything else.

    POST /v1/chat/completions, /v1/embeddings   GET /v1/models          OpenAI
    POST /api/chat, /api/embed, /api/show, /api/pull
    GET  /api/tags, /api/version                                        Ollama
    POST /v1/messages                           GET /v1/models          Anthropic
    GET  /health, /stats                                                its own

What a model answers, and how it fails, stands in its name: see `script`.

    script ── what a model's name asks for
    wires/ ── how each maker says it
    stream ── tokens on one timer wheel
    http ──── just enough HTTP/1.1
    server ── who answers which path
"""

from menon.testing.fake_llm.connect import connect
from menon.testing.fake_llm.server import FakeLLM

__all__ = ["FakeLLM", "connect"]
