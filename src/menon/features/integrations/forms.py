"""The forms of webhooks and incoming hooks, and how they become what services take."""

from typing import Annotated

from pydantic import Field

from menon.core.http import Wire
from menon.features.integrations.schemas import IncomingIn, Url, WebhookIn

_QUEUES = r"^ *([a-z0-9][a-z0-9._-]{0,63}( *, *| *$))*$"


class WebhookForm(Wire):
    """The fields of a new webhook."""

    url: Url
    events: list[Annotated[str, Field(max_length=80)]] = Field(min_length=1, max_length=50)
    queues: Annotated[str, Field(max_length=1000, pattern=_QUEUES)] = ""
    """Names with commas between them."""
    description: Annotated[str, Field(max_length=500)] = ""

    def new(self) -> WebhookIn:
        """A new webhook."""
        return WebhookIn(
            url=self.url,
            events=["*"] if "*" in self.events else self.events,
            queues=[name.strip() for name in self.queues.split(",") if name.strip()],
            description=self.description,
        )


class IncomingForm(Wire):
    """The fields of a new incoming hook."""

    name: Annotated[str, Field(max_length=100)]
    workflow_id: Annotated[str, Field(max_length=100)] = ""

    def new(self) -> IncomingIn:
        """A new incoming hook."""
        return IncomingIn(name=self.name, workflow_id=self.workflow_id)
