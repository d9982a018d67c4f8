"""What went wrong with a server, in our words; what it said itself is cut short."""

from collections.abc import Iterator
from typing import Final, cast

from menon.core.errors import ContentBomb, ExternalError, MenonError
from menon.kit.text import clean, shorten

_SAID: Final = 300


def told(error: BaseException, *, name: str, max_bytes: int) -> MenonError:
    """The failure of a session, whatever library it comes from.

    Args:
        error: what was raised.
        name: of the server.
        max_bytes: of one answer.
    """
    found = next(iter(_leaves(error)), error)
    if isinstance(found, ContentBomb):
        return ExternalError(f"{name!r} answered with more than {max_bytes} bytes.")
    if isinstance(found, MenonError):
        return found
    kind = type(found).__name__
    if kind == "MCPError":
        return ExternalError(f"{name!r} refused: {shorten(clean(str(found)), _SAID)}")
    if kind == "ValidationError":
        return ExternalError(f"{name!r} answered with what is no result of MCP.")
    if isinstance(found, OSError) or type(found).__module__.startswith(("httpx2", "anyio")):
        said = shorten(clean(str(found)), _SAID) or kind
        return ExternalError(f"{name!r} cannot be reached: {said}")
    return ExternalError(f"{name!r} broke the session: {kind}.")


def _leaves(error: BaseException) -> Iterator[BaseException]:
    """What groups of errors hold, the ones we know best first."""
    if isinstance(error, BaseExceptionGroup):
        group = cast("BaseExceptionGroup[BaseException]", error)
        found = [leaf for each in group.exceptions for leaf in _leaves(each)]
        yield from sorted(found, key=lambda leaf: not isinstance(leaf, MenonError))
    else:
        yield error
