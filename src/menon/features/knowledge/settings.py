"""Settings of knowledge."""

from pathlib import Path
from typing import ClassVar

from menon.core.settings import Section, setting


class KnowledgeSettings(Section):
    """How documents are read and indexed."""

    name: ClassVar[str] = "knowledge"

    embeddings: bool = setting(True, "Embed with MiniLM where its weights are installed.")
    weights: Path | None = setting(None, "Folder of the MiniLM weights.")
    embed_threads: int = setting(1, "Threads of the embedding model.", ge=1, le=64)
    read_seconds: float = setting(60.0, "Longest time that reading one file may take.", gt=0)
    read_memory_mb: int = setting(1024, "Memory of the process that reads files.", ge=128)
    documents_at_once: int = setting(2, "Documents that one process indexes at a time.", ge=1)
    fetch_bytes: int = setting(33_554_432, "Largest web page or file that is fetched.", ge=1024)
