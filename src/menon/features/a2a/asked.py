"""What an A2A message asks for, in our words; imported with the protocol's types. Pure."""

import json
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from a2a.types import Message, Part
from google.protobuf.json_format import MessageToDict
from pydantic import BaseModel, Field, ValidationError

from menon.core.errors import InvalidInput
from menon.kit.text import clean

_LONGEST = 100_000


class Reply(BaseModel):
    """A data part that decides what a task waits for."""

    approval_id: Annotated[str, Field(alias="approvalId", max_length=80)]
    args_hash: Annotated[str, Field(alias="argsHash", pattern=r"^[0-9a-f]{64}$")]
    decision: Literal["approve", "deny"]
    comment: Annotated[str, Field(max_length=2000)] = ""


def question(message: Message) -> str:
    """The message as one text; data stands in it as JSON.

    Raises:
        InvalidInput: it is empty or too long, or holds files.
    """
    text = clean("\n".join(map(_text, message.parts))).strip()
    if not 0 < len(text) <= _LONGEST:
        raise InvalidInput(f"A message has 1 to {_LONGEST} characters.")
    return text


def replies(message: Message) -> list[Reply]:
    """The decisions in a message to a task that waits for them.

    Raises:
        InvalidInput: there are none.
    """
    found = list(_replies(message))
    if not found:
        raise InvalidInput(
            "The task waits for a decision; send the `reply` of an approval as a data part, with"
            " `decision` set to approve or deny."
        )
    return found


def _replies(message: Message) -> Iterator[Reply]:
    for part in message.parts:
        if part.WhichOneof("content") == "data":
            try:
                yield Reply.model_validate(_value(part))
            except ValidationError as error:
                wrong = "; ".join(f"{e['loc']}: {e['msg']}" for e in error.errors()[:3])
                raise InvalidInput(f"This is no decision: {wrong}") from error


def _text(part: Part) -> str:
    match part.WhichOneof("content"):
        case "text":
            return part.text
        case "data":
            return json.dumps(_value(part), ensure_ascii=False)
        case _:
            raise InvalidInput("Only text and data are read here; send no files.")


def _value(part: Part) -> Any:
    return MessageToDict(part.data)
