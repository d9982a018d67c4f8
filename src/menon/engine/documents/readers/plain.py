"""Plain text: as it stands."""

from menon.engine.documents.document import Draft, Reader, Source


def _read(source: Source) -> Draft:
    return Draft(text=source.text())


reader = Reader(
    name="plain text",
    kind="text",
    types={
        ".txt": "text/plain",
        ".text": "text/plain",
        ".log": "text/plain",
        ".rst": "text/x-rst",
        ".adoc": "text/asciidoc",
        ".org": "text/org",
        ".srt": "application/x-subrip",
        ".vtt": "text/vtt",
    },
    read=_read,
)
