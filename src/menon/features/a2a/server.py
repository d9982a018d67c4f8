"""The A2A library's bindings over our handler; imported when somebody first calls by A2A."""

import logging
from collections.abc import Awaitable, Callable

from a2a.server.request_handlers.response_helpers import agent_card_to_dict
from a2a.server.routes.jsonrpc_dispatcher import JsonRpcDispatcher
from a2a.server.routes.rest_dispatcher import RestDispatcher
from fastapi import Request
from starlette.responses import JSONResponse, Response

from menon.features.a2a.cards import card
from menon.features.a2a.handler import Handler
from menon.features.a2a.tasks import Asker
from menon.features.agents.schemas import AgentOut

# It logs every malformed request with its stack; what is a mistake of ours the handler logs.
logging.getLogger("a2a").setLevel(logging.CRITICAL)

_REST: dict[str, Callable[[RestDispatcher], Callable[[Request], Awaitable[Response]]]] = {
    "send": lambda rest: rest.on_message_send,
    "stream": lambda rest: rest.on_message_send_stream,
    "get": lambda rest: rest.on_get_task,
    "list": lambda rest: rest.list_tasks,
    "cancel": lambda rest: rest.on_cancel_task,
    "subscribe": lambda rest: rest.on_subscribe_to_task,
    "card": lambda rest: rest.handle_authenticated_agent_card,
}


async def jsonrpc(asker: Asker, request: Request) -> Response:
    """The answer of the JSON-RPC binding."""
    return await JsonRpcDispatcher(Handler(asker)).handle_requests(request)


async def rest(asker: Asker, request: Request, operation: str) -> Response:
    """The answer of the HTTP+JSON binding."""
    return await _REST[operation](RestDispatcher(Handler(asker)))(request)


def shown(agent: AgentOut, base_url: str, *, extended: bool) -> Response:
    """An agent's card."""
    return JSONResponse(agent_card_to_dict(card(agent, base_url, extended=extended)))
