"""JHipster Domain Language: `read` makes a specification of it, `write` makes it of one."""

from menon.apps.socratic.specification.jdl.lexer import JdlError
from menon.apps.socratic.specification.jdl.reading import read
from menon.apps.socratic.specification.jdl.writing import write

__all__ = ["JdlError", "read", "write"]
