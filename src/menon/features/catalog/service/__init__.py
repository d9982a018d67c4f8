"""What catalog does: `from menon.features.catalog import service as catalog`."""

from menon.features.catalog.service.embedding import Embedding, embed
from menon.features.catalog.service.pull import (
    install_minilm,
    pull,
    pull_lines,
    pulled,
    pulling,
)
from menon.features.catalog.service.resolve import Models, Resolved, look_again, open_models
from menon.features.catalog.service.usage import (
    DaysOfUsage,
    add_request,
    add_usage,
    erase,
    export,
    record_usage,
    usage,
    usage_of_days,
)
from menon.features.catalog.service.views import (
    available,
    everything,
    ollama_health,
    ollama_models,
    ollama_names,
    performance,
    refresh,
    select,
    stats,
)

__all__ = [
    "DaysOfUsage",
    "Embedding",
    "Models",
    "Resolved",
    "add_request",
    "add_usage",
    "available",
    "embed",
    "erase",
    "everything",
    "export",
    "install_minilm",
    "look_again",
    "ollama_health",
    "ollama_models",
    "ollama_names",
    "open_models",
    "performance",
    "pull",
    "pull_lines",
    "pulled",
    "pulling",
    "record_usage",
    "refresh",
    "select",
    "stats",
    "usage",
    "usage_of_days",
]
