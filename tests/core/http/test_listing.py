from typing import Any

import pytest
from pydantic import ValidationError

from menon.core.http import Wire


class Body(Wire):
    """A body with anything in it."""

    data: dict[str, Any] = {}  # noqa: RUF012 - pydantic copies it


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_json_does_not_know_are_refused(number: float):
    with pytest.raises(ValidationError, match="not a number that JSON knows"):
        Body.model_validate({"data": {"a": [{"b": number}]}})


def test_text_is_cleaned_at_any_depth():
    body = Body.model_validate({"data": {"a\x00": ["\ud800x", {"b": "e\u0301"}]}})
    assert body.data == {"a": ["\ufffdx", {"b": "\u00e9"}]}
