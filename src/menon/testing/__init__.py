"""What tests use, ours and those of who builds on us: a scripted model, a served app, fakes.

`from menon.testing import ScriptedModel, Call` loads what these need, and nothing else.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from menon.testing.model import Call, Request, ScriptedModel, ScriptOver
    from menon.testing.models import every_model_is, only_offline
    from menon.testing.serving import Served, served

__all__ = [
    "Call",
    "Request",
    "ScriptOver",
    "ScriptedModel",
    "Served",
    "every_model_is",
    "only_offline",
    "served",
]

_HOMES = {
    "Call": "model",
    "Request": "model",
    "ScriptOver": "model",
    "ScriptedModel": "model",
    "Served": "serving",
    "every_model_is": "models",
    "only_offline": "models",
    "served": "serving",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"menon.testing.{_HOMES[name]}"), name)
