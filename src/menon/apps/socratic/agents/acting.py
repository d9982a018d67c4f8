"""What the actions of agents share: whose rights they have, and how they take and give data."""

from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError

from menon.core.auth import Action, Principal, authorize
from menon.core.errors import InvalidInput
from menon.core.runtime import Runtime
from menon.engine.tools.tool import ToolContext

ShapeT = TypeVar("ShapeT", bound=BaseModel)


def world(context: ToolContext, action: Action) -> tuple[Runtime, Principal]:
    """The process and the caller, who may do what the action needs.

    Raises:
        Forbidden: they may not.
    """
    who = cast("Principal", context.who)
    authorize(who, action)
    return cast("Runtime", context.runtime), who


def shaped(shape: type[ShapeT], **values: Any) -> ShapeT:
    """The values as a wire shape; None counts as left out.

    Raises:
        InvalidInput: they do not fit.
    """
    try:
        return shape.model_validate({n: v for n, v in values.items() if v is not None})
    except ValidationError as error:
        faults = [
            {"pointer": "/" + "/".join(map(str, one["loc"])), "detail": one["msg"]}
            for one in error.errors(include_url=False, include_input=False)
        ]
        said = "; ".join(f"{one['pointer'][1:]}: {one['detail']}" for one in faults[:3])
        raise InvalidInput(f"The data does not fit: {said}", errors=faults) from error


def plain(shown: BaseModel) -> dict[str, Any]:
    """A wire shape as plain JSON."""
    return shown.model_dump(mode="json")
