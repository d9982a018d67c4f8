"""Sending a request for somebody: paced, repeated where that is safe, and put on record."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic
from types import MappingProxyType
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from menon.core.auth import Action, Principal
from menon.core.errors import ExternalError, MenonError, TargetRefused
from menon.core.runtime import Runtime
from menon.core.telemetry.redact import MASK, redact
from menon.engine.llm.provider import Outbound
from menon.engine.outbound import Fetched, fetch
from menon.features.integrations import calling, queries
from menon.features.integrations.http_schemas import HttpIn, HttpOut, HttpRecordOut
from menon.features.integrations.models import HttpRecord
from menon.features.integrations.rules import retry_after
from menon.features.integrations.service.hosts import Hosts
from menon.features.integrations.settings import IntegrationSettings
from menon.kit import ssrf
from menon.kit.ids import new_id
from menon.kit.text import clean

_EXCERPT = 4096
"""Characters of a body that are kept."""
_WAITING_S = 60.0
"""All waiting between attempts together."""
_TELLING = 6
"""A secret of fewer characters is in every other text."""
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class _Sent:
    """What came of a request."""

    attempts: int
    seconds: float
    answer: Fetched | None = None
    error: MenonError | None = None


async def request(
    runtime: Runtime, who: Principal, body: HttpIn, *, sealed: Mapping[str, str] = NOTHING
) -> HttpOut:
    """Send a request and hand out the answer, whatever its status.

    Args:
        runtime: the process.
        who: for whom.
        body: what to send.
        sealed: headers with secrets; they are sent, and no record or answer shows them.

    Raises:
        RateLimited: too many went to this host.
        CircuitOpen: the host failed several times in a row.
        TargetRefused: the address is not public.
        ExternalError: nobody answered.
    """
    record_id, target = new_id(), target_of(body.url)
    rate = runtime.settings[IntegrationSettings].http_per_minute
    if body.rate_limit:
        rate = min(rate, body.rate_limit.requests_per_minute)
    runtime[Hosts].admit(who.user_id, str(target.endpoint), per_minute=rate)
    full = body.model_copy(update={"headers": {**body.headers, **sealed}})
    sent = _opened(await _settled(runtime, who, full, target, record_id), sealed)
    await runtime.db.write(
        _record, who, record_id, full, sent, hidden=sealed.keys(), now=runtime.clock.now()
    )
    if sent.answer is None:
        raise sent.error or ExternalError
    return _shown(record_id, body, sent, sent.answer)


async def record(runtime: Runtime, who: Principal, record_id: str) -> HttpRecordOut:
    """The record of a request.

    Raises:
        NotFound: there is none, or it is not theirs, or its days are over.
    """
    return await runtime.db.read(_get, who, record_id)


def target_of(url: str) -> ssrf.Target:
    """An address taken apart; TargetRefused when it is not plain http(s) to a host."""
    try:
        return ssrf.parse_target(url)
    except ssrf.Refused as error:
        raise TargetRefused(str(error)) from error


def _opened(sent: _Sent, sealed: Mapping[str, str]) -> _Sent:
    """The same, where the host repeats a secret that it was sent."""
    answer = sent.answer
    if answer is None:
        return sent
    # The word after `Bearer ` is what is secret.
    words = {word for text in sealed.values() for word in (text, text.rpartition(" ")[2])}
    for word in words:
        if len(word) >= _TELLING:
            body = answer.body.replace(word.encode(), MASK.encode())
            headers = {name: text.replace(word, MASK) for name, text in answer.headers.items()}
            answer = replace(answer, body=body, headers=headers)
    return replace(sent, answer=answer)


async def _settled(
    runtime: Runtime, who: Principal, body: HttpIn, target: ssrf.Target, record_id: str
) -> _Sent:
    """Send, and tell the host's breaker what came of it."""
    hosts, host = runtime[Hosts], str(target.endpoint)
    try:
        sent = await _sent(runtime, body, record_id)
    except asyncio.CancelledError:
        hosts.release(who.user_id, host)
        raise
    if isinstance(sent.error, TargetRefused):
        hosts.release(who.user_id, host)
    else:
        hosts.settle(who.user_id, host, sent.answer.status if sent.answer else None)
    return sent


async def _sent(runtime: Runtime, body: HttpIn, record_id: str) -> _Sent:
    began, left, attempt = monotonic(), _WAITING_S, 1
    while True:
        answer, error = await _once(runtime, body, record_id)
        wait = None
        if not isinstance(error, TargetRefused):
            now = runtime.clock.now()
            asked = retry_after(answer.headers.get("retry-after", ""), now) if answer else None
            wait = calling.pause(
                body.method,
                answer.status if answer else None,
                attempt=attempt,
                attempts=body.retry_config.max_attempts,
                factor=body.retry_config.backoff_factor,
                asked=asked,
                left=left,
            )
        if wait is None:
            seconds = round(monotonic() - began, 4)
            return _Sent(attempts=attempt, seconds=seconds, answer=answer, error=error)
        await asyncio.sleep(wait)
        left, attempt = left - wait, attempt + 1


async def _once(
    runtime: Runtime, body: HttpIn, record_id: str
) -> tuple[Fetched | None, MenonError | None]:
    headers, content = _headers(body, record_id)
    try:
        answer = await fetch(
            runtime[Outbound].client,
            body.url,
            method=body.method,
            headers=headers,
            content=content,
            max_bytes=runtime.settings[IntegrationSettings].http_bytes,
            timeout_s=body.timeout,
            beginning=True,
        )
    except MenonError as error:
        return None, error
    return answer, None


def _headers(body: HttpIn, record_id: str) -> tuple[dict[str, str], bytes | None]:
    """The headers and body to send; writes carry a key, the same at every attempt."""
    headers = dict(body.headers)
    named = {name.lower() for name in headers}
    content: bytes | None = None
    if body.content is not None:
        content = msgspec.json.encode(body.content)
        if "content-type" not in named:
            headers["content-type"] = "application/json"
    elif body.body is not None:
        content = body.body.encode()
        if "content-type" not in named:
            headers["content-type"] = "text/plain; charset=utf-8"
    if body.method not in calling.IDEMPOTENT and "idempotency-key" not in named:
        headers["idempotency-key"] = record_id
    return headers, content


def _record(
    session: Session,
    who: Principal,
    record_id: str,
    body: HttpIn,
    sent: _Sent,
    *,
    hidden: Collection[str],
    now: datetime,
) -> None:
    headers, content = _headers(body, record_id)
    headers |= dict.fromkeys(hidden, MASK)
    answer = sent.answer
    session.add(
        HttpRecord(
            id=record_id,
            owner_id=who.user_id,
            method=body.method,
            url=redact(body.url)[:8000],
            host=str(target_of(body.url).endpoint)[:300],
            request_headers=_kept(headers),
            request_body=_excerpt(content or b""),
            status=answer.status if answer else None,
            response_headers=_kept(answer.headers) if answer else {},
            response_body=_excerpt(answer.body) if answer else "",
            response_bytes=len(answer.body) if answer else 0,
            error=redact(sent.error.detail)[:500] if sent.error else "",
            attempts=sent.attempts,
            seconds=sent.seconds,
            created_at=now,
        )
    )


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    shown = calling.masked(headers, MASK)
    return {clean(name): redact(clean(value))[:500] for name, value in shown.items()}


def _excerpt(body: bytes) -> str:
    # Masked before it is cut, so that no half of a secret is left at the end.
    return redact(clean(body[: 4 * _EXCERPT].decode(errors="replace")))[:_EXCERPT]


def _get(session: Session, who: Principal, record_id: str) -> HttpRecordOut:
    found = queries.one(session, who, HttpRecord, record_id, action=Action.READ)
    return HttpRecordOut.model_validate(found)


def _shown(record_id: str, body: HttpIn, sent: _Sent, answer: Fetched) -> HttpOut:
    values: dict[str, Any] = {
        "headers": dict(answer.headers),
        "body": answer.body.decode(errors="replace"),
        "truncated": answer.cut,
        "bytes": len(answer.body),
    }
    return HttpOut(
        id=record_id,
        method=body.method,
        url=answer.url,
        status_code=answer.status,
        attempts=sent.attempts,
        seconds=sent.seconds,
        **values,
    )
