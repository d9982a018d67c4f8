"""Reading one file, in this process; `isolate` does it in another, as befits strangers' files."""

import time
from pathlib import Path, PurePath

from menon.core.errors import ContentBomb, ContentError
from menon.engine.documents.document import Draft, Limits, Parsed, Source, check_length
from menon.engine.documents.sniff import Found, sniff
from menon.kit.text import clean, shorten

_TITLE = 300


def read(
    path: Path,
    *,
    filename: str,
    declared_type: str | None = None,
    limits: Limits | None = None,
) -> Parsed:
    """The text of a file, with where it comes from.

    UnsupportedContent when nobody reads its type, ContentBomb when it would cost too much,
    ContentError when it is damaged, encrypted or without text.
    """
    limits = limits or Limits()
    size = path.stat().st_size
    if size > limits.file_bytes:
        raise ContentBomb(f"{filename!r} has {size} bytes, {limits.file_bytes} are accepted")
    found = sniff(path, filename, declared_type, limits)
    source = Source(
        path=path,
        filename=filename,
        media_type=found.media_type,
        charset=_charset(declared_type),
        limits=limits,
        deadline=time.monotonic() + limits.seconds,
    )
    return _finish(source, found, attempt(source, found))


def attempt(source: Source, found: Found) -> Draft:
    """What the reader finds, or a ContentError whatever else it raises."""
    try:
        return found.reader.read(source)
    except ContentError:
        raise
    except MemoryError as error:
        raise ContentBomb(f"{source.filename!r} needs more memory than it may have") from error
    except RecursionError as error:
        raise ContentBomb(f"{source.filename!r} is nested too deeply") from error
    except Exception as error:
        # Parsers of other people's formats answer hostile bytes with any exception there is.
        raise ContentError(
            f"{source.filename!r} cannot be read as {found.reader.name}: {shorten(str(error), 200)}"
        ) from error


def _finish(source: Source, found: Found, draft: Draft) -> Parsed:
    text = clean(draft.text)
    if not text.strip():
        raise ContentError(f"there is no text in {source.filename!r}")
    check_length(len(text), source.limits)
    name = PurePath(source.filename)
    return Parsed(
        text=text,
        title=shorten(clean(draft.title or ""), _TITLE) or name.stem or source.filename,
        media_type=found.media_type,
        kind=found.reader.kind,
        language=draft.language,
        metadata=draft.metadata,
        pages=draft.pages,
    )


def _charset(declared: str | None) -> str | None:
    for parameter in (declared or "").split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'") or None
    return None
