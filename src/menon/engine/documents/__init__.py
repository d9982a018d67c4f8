"""Files into text: what is inside, not what the name says, and never more than we bargained for.

path ── sniff ── reader (one file each in `readers/`) ── Draft ── read: clean, caps ── Parsed
"""

from menon.engine.documents.document import Limits, Page, Parsed
from menon.engine.documents.isolate import DocumentReader, read_isolated
from menon.engine.documents.read import read
from menon.engine.documents.sniff import supported_types

__all__ = ["DocumentReader", "Limits", "Page", "Parsed", "read", "read_isolated", "supported_types"]
