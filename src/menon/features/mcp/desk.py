"""What the server does with each message: who asks comes from the message's own request."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, cast

import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import BaseModel
from starlette.requests import Request

from menon.core.auth import Action, Reach, authorize, reach
from menon.core.errors import MenonError
from menon.core.http.routes import principal
from menon.core.http.settings import HttpSettings
from menon.core.runtime import Runtime
from menon.features.mcp import agent_tools, prompts, resources, shapes
from menon.features.mcp.offered import Call, Offer, Questions, Replies
from menon.features.mcp.tools import OFFERS

Context = ServerRequestContext[Any, Any]
Paging = types.PaginatedRequestParams | None

_ASKS = types.ClientCapabilities(elicitation=types.ElicitationCapability())


class Desk:
    """The handlers of one server."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def list_tools(self, ctx: Context, params: Paging) -> types.ListToolsResult:
        _first_page(params)
        who = principal(request_of(ctx))
        mine = [each for each in OFFERS.values() if reach(who, each.action) is not Reach.NONE]
        found = await agent_tools.offers(self._runtime, who)
        return types.ListToolsResult(tools=[shapes.tool(each) for each in (*mine, *found)])

    async def call_tool(
        self, ctx: Context, params: types.CallToolRequestParams
    ) -> types.CallToolResult | types.InputRequiredResult:
        offer = OFFERS.get(params.name) or agent_tools.offer_of(params.name)
        if offer is None:
            raise MCPError(types.INVALID_PARAMS, f"There is no tool {params.name!r}; see the list.")
        try:
            call = self._call(ctx, offer.action, _replies(params))
            answered = await _worked(ctx, call, offer, params.arguments)
        except MenonError as error:
            return shapes.refused(error)
        if isinstance(answered, Questions):
            return shapes.required(answered)
        return shapes.result(offer, answered)

    async def list_resources(self, ctx: Context, params: Paging) -> types.ListResourcesResult:
        with _as_protocol_errors():
            call = self._call(ctx, Action.READ)
            listed, after = await resources.listing(call, params.cursor if params else None)
        shown = [shapes.resource(each) for each in listed]
        return types.ListResourcesResult(resources=shown, next_cursor=after)

    async def list_templates(
        self, ctx: Context, params: Paging
    ) -> types.ListResourceTemplatesResult:
        _first_page(params)
        with _as_protocol_errors():
            self._call(ctx, Action.READ)
        return types.ListResourceTemplatesResult(resource_templates=shapes.TEMPLATES)

    async def read_resource(
        self, ctx: Context, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        with _as_protocol_errors():
            text, media_type = await resources.read(self._call(ctx, Action.READ), params.uri)
        content = types.TextResourceContents(uri=params.uri, mime_type=media_type, text=text)
        return types.ReadResourceResult(contents=[content])

    async def list_prompts(self, ctx: Context, params: Paging) -> types.ListPromptsResult:
        _first_page(params)
        with _as_protocol_errors():
            self._call(ctx, Action.READ)
        return types.ListPromptsResult(prompts=[shapes.prompt(*each) for each in prompts.listing()])

    async def get_prompt(
        self, ctx: Context, params: types.GetPromptRequestParams
    ) -> types.GetPromptResult:
        with _as_protocol_errors():
            self._call(ctx, Action.READ)
            template, text = prompts.get(params.name, params.arguments or {})
        message = types.PromptMessage(role="user", content=types.TextContent(text=text))
        return types.GetPromptResult(description=template.title, messages=[message])

    async def complete(
        self, ctx: Context, params: types.CompleteRequestParams
    ) -> types.CompleteResult:
        with _as_protocol_errors():
            call = self._call(ctx, Action.READ)
            asked = params.argument
            found = await resources.complete(call, asked.name, asked.value)
        completion = types.Completion(values=found[:100], total=len(found))
        return types.CompleteResult(completion=completion)

    def _call(self, ctx: Context, action: Action, replies: Replies | None = None) -> Call:
        """The world of a message, where its sender may do this at all."""
        request = request_of(ctx)
        who = principal(request)
        authorize(who, action)
        public = self._runtime.settings[HttpSettings].public_url
        return Call(
            runtime=self._runtime,
            who=who,
            base_url=(public or str(request.base_url)).rstrip("/"),
            report=_Reporter(ctx).tell,
            can_ask=_can_ask(ctx),
            replies=replies,
        )


def request_of(ctx: Context) -> Request:
    """The HTTP request that brought a message; in a session each message has its own."""
    return cast("Request", ctx.request)


class _Reporter:
    """Numbers the lines of progress of one call."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._count = 0

    async def tell(self, line: str) -> None:
        self._count += 1
        await self._ctx.session.report_progress(self._count, None, line)


async def _worked(
    ctx: Context, call: Call, offer: Offer, given: dict[str, Any] | None
) -> BaseModel | Questions:
    """What a tool gives; in a session its questions are asked here, elsewhere they are returned."""
    answered = await offer.function(call, shapes.arguments(offer, given))
    while isinstance(answered, Questions) and ctx.session.can_send_request:
        said = {q.approval_id: await _elicited(ctx, q.message) for q in answered.questions}
        call = call.answered(shapes.replies(answered.state, said))
        answered = await offer.function(call, shapes.arguments(offer, given))
    return answered


async def _elicited(ctx: Context, message: str) -> types.ElicitResult:
    try:
        return await ctx.session.elicit_form(message, shapes.FORM, ctx.request_id)
    except MCPError:  # a client that promised to ask and does not: the run goes on waiting
        return types.ElicitResult(action="cancel")


def _can_ask(ctx: Context) -> bool:
    """Whether the client said that it asks people, and there is a way to it."""
    modern = ctx.protocol_version in MODERN_PROTOCOL_VERSIONS
    there = modern or ctx.session.can_send_request
    return there and ctx.session.check_client_capability(_ASKS)


def _replies(params: types.CallToolRequestParams) -> Replies | None:
    if params.request_state is None:
        return None
    return shapes.replies(params.request_state, params.input_responses or {})


def _first_page(params: Paging) -> None:
    if params is not None and params.cursor is not None:
        raise MCPError(types.INVALID_PARAMS, "This list has one page; leave the cursor out.")


@contextmanager
def _as_protocol_errors() -> Generator[None]:
    try:
        yield
    except MenonError as error:
        raise shapes.protocol_error(error) from error
