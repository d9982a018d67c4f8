"""PDF: the text of each page, and where each page stands in it."""

from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from menon.core.errors import ContentBomb, ContentError
from menon.engine.documents.document import Blocks, Draft, Limits, Reader, Source

if TYPE_CHECKING:
    from pypdf import Configuration, DocumentInformation, PdfReader

_LIGATURES: Final = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "\u00ad": ""}
)


def _read(source: Source) -> Draft:
    from pypdf import PdfReader, apply_configuration
    from pypdf.errors import LimitReachedError, PyPdfError

    try:
        with apply_configuration(_configuration(source.limits)):
            return _draft(PdfReader(BytesIO(source.data())), source)
    except LimitReachedError as error:
        raise ContentBomb(f"{source.filename!r} unpacks to too much: {error}") from error
    except PyPdfError as error:
        raise ContentError(f"{source.filename!r} is a damaged PDF: {error}") from error


def _draft(document: "PdfReader", source: Source) -> Draft:
    if document.is_encrypted and not document.decrypt(""):
        raise ContentError(f"{source.filename!r} is encrypted; save it without a password")
    if len(document.pages) > source.limits.pages:
        raise ContentBomb(
            f"{source.filename!r} has {len(document.pages)} pages,"
            f" {source.limits.pages} are accepted"
        )
    blocks = Blocks(source)
    for number, page in enumerate(document.pages, 1):
        blocks.turn(number)
        lines = page.extract_text().translate(_LIGATURES).split("\n")
        blocks.add("\n".join(line.rstrip() for line in lines))
    if not blocks.text:
        raise ContentError(
            f"{source.filename!r} has no text in it, only images; recognise its text (OCR) first"
        )
    return Draft(
        text=blocks.text,
        pages=blocks.pages,
        title=document.metadata.title if document.metadata else None,
        metadata=_metadata(document.metadata) if document.metadata else {},
    )


def _metadata(found: "DocumentInformation") -> dict[str, Any]:
    values = {"author": found.author, "subject": found.subject}
    metadata: dict[str, Any] = {name: str(value) for name, value in values.items() if value}
    for name, moment in (("created", found.creation_date), ("modified", found.modification_date)):
        if moment:
            metadata[name] = moment.isoformat()
    if words := [word.strip() for word in str(found.keywords or "").split(",") if word.strip()]:
        metadata["keywords"] = words
    return metadata


def _configuration(limits: Limits) -> "Configuration":
    """The library's own limits, lowered to ours; images are never decoded."""
    from pypdf import Configuration

    most = limits.unpacked_bytes // 4
    return Configuration(
        maximum_declared_stream_length=limits.file_bytes,
        array_based_stream_maximum_output_length=most,
        jbig2_maximum_output_length=most,
        lzw_maximum_output_length=most,
        run_length_maximum_output_length=most,
        zlib_maximum_output_length=most,
        brotli_maximum_output_length=most,
        stream_filters_maximum_length=4,
        stream_decoding_work_maximum_length=limits.unpacked_bytes,
        page_tree_maximum_entries=4 * limits.pages,
        jbig2dec_binary=None,
        disable_legacy_handling=True,
    )


reader = Reader(
    name="PDF",
    kind="text",
    types={".pdf": "application/pdf"},
    read=_read,
    reads_text=False,
)
