"""What the A2A library's dispatchers call; imported with it.

Errors become the protocol's own; what is a bug of ours shows nothing of its inside.
"""

import logging
from collections.abc import AsyncGenerator, Generator
from contextlib import aclosing, contextmanager
from datetime import UTC
from typing import NoReturn

from a2a.server.context import ServerCallContext
from a2a.server.events.event_queue import Event
from a2a.server.request_handlers.request_handler import RequestHandler
from a2a.types import (
    AgentCard,
    CancelTaskRequest,
    DeleteTaskPushNotificationConfigRequest,
    GetExtendedAgentCardRequest,
    GetTaskPushNotificationConfigRequest,
    GetTaskRequest,
    InternalError,
    InvalidParamsError,
    InvalidRequestError,
    ListTaskPushNotificationConfigsRequest,
    ListTaskPushNotificationConfigsResponse,
    ListTasksRequest,
    ListTasksResponse,
    PushNotificationNotSupportedError,
    SendMessageRequest,
    SubscribeToTaskRequest,
    Task,
    TaskNotCancelableError,
    TaskNotFoundError,
    TaskPushNotificationConfig,
    UnsupportedOperationError,
)
from a2a.utils.errors import A2AError

from menon.core.errors import Conflict, Internal, InvalidInput, MenonError, NotFound
from menon.core.runs.models import ENDED, RunState
from menon.features.a2a import tasks
from menon.features.a2a.cards import card
from menon.features.a2a.projection import task
from menon.features.a2a.tasks import Asker, Begun, Wanted
from menon.features.runs.pausing import Pause

_PAGE, _LARGEST = 50, 100
_NO_PUSH = "Follow the task by SubscribeToTask, or use a webhook of the server."

_log = logging.getLogger(__name__)


class Handler(RequestHandler):
    """The operations of one request."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker

    async def on_message_send(self, params: SendMessageRequest, context: ServerCallContext) -> Task:
        del context
        with _theirs():
            begun = await tasks.begin(self._asker, params.message)
            if params.configuration.return_immediately:
                return await tasks.read(self._asker, begun.run_id)
            return await tasks.settled(self._asker, begun)

    async def on_message_send_stream(
        self, params: SendMessageRequest, context: ServerCallContext
    ) -> AsyncGenerator[Event]:
        del context
        with _theirs():
            begun = await tasks.begin(self._asker, params.message)
            async with aclosing(self._followed(begun)) as events:
                async for event in events:
                    yield event

    async def on_subscribe_to_task(
        self, params: SubscribeToTaskRequest, context: ServerCallContext
    ) -> AsyncGenerator[Event]:
        del context
        with _theirs():
            run, context_id = await tasks.owned(self._asker, params.id)
            if RunState(run.state) in ENDED:
                raise UnsupportedOperationError("The task has ended; read it by GetTask.")
            begun = Begun(run_id=run.id, context_id=context_id, pause=Pause())
            async with aclosing(self._followed(begun)) as events:
                async for event in events:
                    yield event

    async def on_get_task(self, params: GetTaskRequest, context: ServerCallContext) -> Task:
        del context
        with _theirs():
            return await tasks.read(self._asker, params.id)

    async def on_list_tasks(
        self, params: ListTasksRequest, context: ServerCallContext
    ) -> ListTasksResponse:
        del context
        size = min(params.page_size or _PAGE, _LARGEST)
        since = params.status_timestamp_after
        with _theirs():
            if not params.context_id:
                raise InvalidInput("Name a contextId; tasks are listed by their context.")
            wanted = Wanted(
                context_id=params.context_id,
                state=params.status,
                since=since.ToDatetime(UTC) if params.HasField("status_timestamp_after") else None,
                limit=size,
                after=params.page_token,
            )
            found, total, more = await tasks.listing(self._asker, wanted)
        return ListTasksResponse(
            tasks=found, total_size=total, page_size=size, next_page_token=more
        )

    async def on_cancel_task(self, params: CancelTaskRequest, context: ServerCallContext) -> Task:
        del context
        with _theirs(conflict=TaskNotCancelableError):
            return await tasks.cancel(self._asker, params.id)

    async def on_get_extended_agent_card(
        self, params: GetExtendedAgentCardRequest, context: ServerCallContext
    ) -> AgentCard:
        del params, context
        return card(self._asker.agent, self._asker.base_url, extended=True)

    async def on_create_task_push_notification_config(
        self, params: TaskPushNotificationConfig, context: ServerCallContext
    ) -> TaskPushNotificationConfig:
        _no_push(params, context)

    async def on_get_task_push_notification_config(
        self, params: GetTaskPushNotificationConfigRequest, context: ServerCallContext
    ) -> TaskPushNotificationConfig:
        _no_push(params, context)

    async def on_list_task_push_notification_configs(
        self, params: ListTaskPushNotificationConfigsRequest, context: ServerCallContext
    ) -> ListTaskPushNotificationConfigsResponse:
        _no_push(params, context)

    async def on_delete_task_push_notification_config(
        self, params: DeleteTaskPushNotificationConfigRequest, context: ServerCallContext
    ) -> None:
        _no_push(params, context)

    async def _followed(self, begun: Begun) -> AsyncGenerator[Event]:
        """The task as it stands, without its answer, and then all that happens to it."""
        run, context_id = await tasks.owned(self._asker, begun.run_id)
        yield task(run, context_id, ())
        async with aclosing(tasks.updates(self._asker, begun)) as updates:
            async for update in updates:
                yield update


@contextmanager
def _theirs(conflict: type[A2AError] = UnsupportedOperationError) -> Generator[None]:
    """Our errors as the protocol's."""
    try:
        yield
    except NotFound as error:
        raise TaskNotFoundError(error.detail) from error
    except InvalidInput as error:
        raise InvalidParamsError(error.detail) from error
    except Conflict as error:
        raise conflict(error.detail) from error
    except MenonError as error:
        kind = InternalError if error.status >= 500 else InvalidRequestError
        raise kind(f"{error.code}: {error.detail}") from error
    except A2AError:
        raise
    except Exception as error:
        _log.exception("an A2A operation failed")
        raise InternalError(f"{Internal.code}: {Internal().detail}") from error


def _no_push(*_given: object) -> NoReturn:
    raise PushNotificationNotSupportedError(_NO_PUSH)
