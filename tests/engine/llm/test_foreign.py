import httpx2
import pytest
from pydantic_ai.exceptions import (
    ContentFilterError,
    ModelAPIError,
    ModelConnectionError,
    ModelHTTPError,
    ModelRateLimitError,
    ModelServerError,
    ModelTimeoutError,
    UnexpectedModelBehavior,
)

from menon.core.errors import MenonError, ModelError, ModelLimited, ModelUnavailable
from menon.engine.llm.foreign import FOREIGN, translated


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (ModelHTTPError(503, "m", {"error": {"message": "why"}}), ModelUnavailable, "why"),
        (ModelHTTPError(401, "m", None), ModelError, "refused the key"),
        (ModelRateLimitError("m", "slow down", retry_after=3.0), ModelLimited, "slow down"),
        (ModelServerError("m", "oops", retry_after=2.0), ModelUnavailable, "oops"),
        (ModelConnectionError("m", "refused"), ModelUnavailable, "cannot be reached"),
        (ModelTimeoutError("m", "late"), ModelUnavailable, "cannot be reached"),
        (ModelAPIError("m", "strange"), ModelError, "strange"),
        (UnexpectedModelBehavior("odd"), ModelError, "odd"),
        (ContentFilterError("filtered"), ModelError, "filtered"),
        (httpx2.ReadError("gone"), ModelUnavailable, "middle of its answer"),
        (httpx2.StreamClosed(), ModelUnavailable, "middle of its answer"),
    ],
)
def test_a_foreign_error_is_one_of_ours(
    error: Exception, kind: type[MenonError], message: str
) -> None:
    assert isinstance(error, FOREIGN)
    ours = translated("openai:x", error)
    assert type(ours) is kind
    assert message in ours.detail
    assert ours.detail.startswith("openai:x")
    assert ours.retry_after == getattr(error, "retry_after", None)
