"""Settings of integrations."""

from typing import ClassVar

from menon.core.settings import Section, setting


class IntegrationSettings(Section):
    """How much may be told to others, how long it is remembered."""

    name: ClassVar[str] = "integrations"

    webhooks: int = setting(100, "Webhooks of one user, incoming ones counted apart.", ge=1)
    answer_seconds: float = setting(
        15.0, "How long the receiver of a webhook may take.", gt=0, le=60
    )
    body_bytes: int = setting(
        262_144, "Largest body of a webhook or message in bytes.", ge=1024, le=1_048_576
    )
    messages: int = setting(10_000, "Messages that may wait in one queue of one user.", ge=1)
    keep_days: int = setting(30, "Days for which deliveries and messages are kept.", ge=1)
    receipt_days: int = setting(
        7, "Days for which a copy of an incoming webhook is recognised.", ge=1
    )
    http_keep_days: int = setting(14, "Days for which records of requests are kept.", ge=1)
    http_per_minute: int = setting(
        120, "Requests of one user to one host in a minute; a request may ask for fewer.", ge=1
    )
    http_bytes: int = setting(
        1_048_576, "Largest answer that a request hands back, in bytes.", ge=1024
    )
    download_bytes: int = setting(
        268_435_456, "Largest download in bytes; `outbound.response_bytes` caps it, too.", ge=1024
    )
    check_seconds: float = setting(60.0, "Between two looks at a registered model server.", ge=5)
