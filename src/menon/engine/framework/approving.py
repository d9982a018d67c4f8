"""Asking before a tool changes something, in a script: a function of the caller's decides."""

import inspect
from collections.abc import Awaitable, Callable
from functools import partial

from menon.core.runs.events import ToolCall
from menon.kit.threads import in_thread

Allow = Callable[[ToolCall], bool | Awaitable[bool]]
"""Whether a call may be made that changes something; may be async, or wait for a person."""


def _nothing() -> None:
    """Until a run says what to do."""


class Approving:
    """Decides about calls; where nobody can be asked, `otherwise` happens and nothing is done.

    Args:
        allow: True and False decide for every call.
    """

    def __init__(self, allow: Allow | bool | None) -> None:
        self._allow = allow
        self.otherwise: Callable[[], None] = _nothing
        self.wanting: list[ToolCall] = []
        """Calls for which nobody could be asked."""

    @property
    def decided(self) -> bool:
        """Whether anybody decides here."""
        return self._allow is not None

    async def __call__(self, call: ToolCall) -> bool:
        if isinstance(self._allow, bool):
            return self._allow
        if self._allow is None:
            self.wanting.append(call)
            self.otherwise()
            return False
        if inspect.iscoroutinefunction(self._allow):
            return bool(await self._allow(call))
        # Perhaps it asks at the keyboard.
        answer = await in_thread(partial(self._allow, call))
        return bool(await answer if inspect.isawaitable(answer) else answer)
