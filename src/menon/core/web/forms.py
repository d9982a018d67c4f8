"""Forms of pages: read into a wire shape, sent to a service, shown again with what is wrong.

form = await read_form(request, RegisterIn)
sent = await form.send(partial(service.register, runtime, address=at))
if sent.ok: ...
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast, get_origin

from pydantic import ValidationError
from starlette.requests import Request

from menon.core.errors import MenonError
from menon.core.http import Wire
from menon.kit.text import clean

InT = TypeVar("InT", bound=Wire)
OutT = TypeVar("OutT")

_SECRET = ("password", "current", "new", "token", "secret")


@dataclass(frozen=True, kw_only=True)
class Sent(Generic[OutT]):
    """What came of a form."""

    result: OutT | None = None
    status: int = 200
    error: str = ""
    """What is wrong with the whole."""
    errors: Mapping[str, str] = field(default_factory=dict[str, str])
    """What is wrong with a field, by its name."""

    @property
    def ok(self) -> bool:
        return self.status < 400


@dataclass(frozen=True, kw_only=True)
class Form(Generic[InT]):
    """A form that somebody sent."""

    values: Mapping[str, Any]
    """The fields as they were typed, but secrets, to be shown again."""
    body: InT | None
    errors: Mapping[str, str] = field(default_factory=dict[str, str])
    error: str = ""
    """What is wrong with fields that do not fit together."""

    async def send(self, action: Callable[[InT], Awaitable[OutT]]) -> Sent[OutT]:
        """Do it, unless the form is malformed; refusals come back in words for the form."""
        if self.body is None:
            return Sent(status=422, errors=self.errors, error=self.error)
        try:
            return Sent(result=await action(self.body))
        except MenonError as error:
            if error.status >= 500:
                raise
            fields = {str(e["pointer"]).rpartition("/")[2]: str(e["detail"]) for e in error.errors}
            detail = "" if fields else error.detail
            return Sent(status=error.status, error=detail, errors=fields)


async def read_form(
    request: Request, shape: type[InT], *, names: Mapping[str, str] | None = None
) -> Form[InT]:
    """The form in a request; empty fields count as absent.

    Args:
        request: what came.
        shape: the wire shape to read it into.
        names: the page's names of fields where they differ from the shape's.
    """
    to_shape = names or {}
    to_page = {inner: outer for outer, inner in to_shape.items()}
    # A browser sends nothing for boxes of which none is ticked.
    given: dict[str, Any] = {n: [] for n in shape.model_fields if _is_list(shape, n)}
    sent = await request.form()
    for name in sent:
        inner = to_shape.get(name, name)
        if inner not in shape.model_fields:
            continue
        texts = [clean(value) for value in sent.getlist(name) if isinstance(value, str)]
        if _is_list(shape, inner):
            given[inner] = texts
        elif texts and texts[-1]:
            given[inner] = texts[-1]
    values = {
        to_page.get(name, name): value
        for name, value in given.items()
        if to_page.get(name, name) not in _SECRET and name not in _SECRET
    }
    try:
        return Form(values=values, body=shape.model_validate(given))
    except ValidationError as error:
        found = {
            to_page.get(str(e["loc"][0]), str(e["loc"][0])): _words(cast("dict[str, Any]", e))
            for e in error.errors()
            if e["loc"]
        }
        whole = [_words(cast("dict[str, Any]", e)) for e in error.errors() if not e["loc"]]
        return Form(values=values, body=None, errors=found, error=" ".join(whole))


def _is_list(shape: type[Wire], name: str) -> bool:
    annotation = shape.model_fields[name].annotation
    return get_origin(annotation) is list


def _words(error: dict[str, Any]) -> str:
    """What is wrong with a field, in words for people."""
    limits: dict[str, Any] = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return "Fill this in."
        case "string_too_long":
            return f"At most {limits['max_length']} characters."
        case "string_too_short":
            return f"At least {limits['min_length']} characters."
        case "too_short":
            return "Choose at least one."
        case "string_pattern_mismatch":
            return "This does not look right; see the help below the field."
        case _:
            return str(error["msg"]).removeprefix("Value error, ")
