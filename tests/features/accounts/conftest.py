"""A browser without a person behind it."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import FastAPI

HTML = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture
async def browser(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://testserver", headers=HTML
    ) as opened:
        yield opened
