"""The pinned names are those of the installed conventions."""

import pytest
from opentelemetry.semconv._incubating.attributes import gen_ai_attributes, user_attributes
from opentelemetry.semconv.attributes import error_attributes, http_attributes

from menon.core.telemetry import names

GEN_AI = gen_ai_attributes
OPERATIONS = gen_ai_attributes.GenAiOperationNameValues  # pyright: ignore[reportDeprecated] - moved


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (names.CHAT, OPERATIONS.CHAT.value),
        (names.EMBEDDINGS, OPERATIONS.EMBEDDINGS.value),
        (names.INVOKE_AGENT, OPERATIONS.INVOKE_AGENT.value),
        (names.EXECUTE_TOOL, OPERATIONS.EXECUTE_TOOL.value),
        (names.OPERATION, GEN_AI.GEN_AI_OPERATION_NAME),
        (names.PROVIDER, GEN_AI.GEN_AI_PROVIDER_NAME),
        (names.CONVERSATION, GEN_AI.GEN_AI_CONVERSATION_ID),
        (names.AGENT_ID, GEN_AI.GEN_AI_AGENT_ID),
        (names.AGENT_NAME, GEN_AI.GEN_AI_AGENT_NAME),
        (names.TOOL_NAME, GEN_AI.GEN_AI_TOOL_NAME),
        (names.TOOL_CALL, GEN_AI.GEN_AI_TOOL_CALL_ID),
        (names.REQUEST_MODEL, GEN_AI.GEN_AI_REQUEST_MODEL),
        (names.RESPONSE_MODEL, GEN_AI.GEN_AI_RESPONSE_MODEL),
        (names.FINISH_REASONS, GEN_AI.GEN_AI_RESPONSE_FINISH_REASONS),
        (names.INPUT_TOKENS, GEN_AI.GEN_AI_USAGE_INPUT_TOKENS),
        (names.OUTPUT_TOKENS, GEN_AI.GEN_AI_USAGE_OUTPUT_TOKENS),
        (names.METHOD, http_attributes.HTTP_REQUEST_METHOD),
        (names.ROUTE, http_attributes.HTTP_ROUTE),
        (names.STATUS, http_attributes.HTTP_RESPONSE_STATUS_CODE),
        (names.ERROR, error_attributes.ERROR_TYPE),
        (names.USER, user_attributes.USER_ID),
    ],
)
def test_a_name_is_the_conventions(ours: str, theirs: str) -> None:
    assert ours == theirs
