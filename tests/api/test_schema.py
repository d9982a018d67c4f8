"""Schemathesis over the whole OpenAPI against a server in this process, as three roles.

No server error, no undocumented status, no answer that breaks its schema, no ignored credential.
"""

import asyncio
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, settings
from schemathesis.core.failures import ServerError
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.pytest import _test_builder
from schemathesis.specs.openapi import checks

from menon.core.auth import Principal, Role
from menon.core.settings import load
from menon.entry.http import create_app
from menon.entry.parts import features, sections
from menon.features.accounts import service as accounts
from menon.features.accounts.schemas import ApiKeyIn, UserIn

FEW = 4
EXAMPLES = int(os.environ.get("MENON_FUZZ_EXAMPLES", str(FEW)))
UNAVAILABLE = {503, 507}
"""Documented, with a code and a remedy: no model, nothing configured, busy, disk full."""


def no_mistake_of_ours(_context: Any, response: Any, case: Any) -> None:
    """Fail for a 5xx that stands for a bug."""
    if response.status_code >= 500 and response.status_code not in UNAVAILABLE:
        raise ServerError(operation=case.operation.label, status_code=response.status_code)


_conformance: Any = checks  # the library's checks are partly untyped
CHECKS: tuple[Any, ...] = (
    no_mistake_of_ours,
    _conformance.status_code_conformance,
    _conformance.content_type_conformance,
    _conformance.response_schema_conformance,
    _conformance.ignored_auth,
)
_builder: Any = _test_builder
_healthy: Any = list(HealthCheck)  # an enum whose metaclass the checker does not follow


@dataclass(frozen=True)
class Served:
    url: str
    keys: dict[str, str]


@pytest.fixture(scope="module")
def served(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("fuzz")
    (folder / "menon.db").write_bytes(sqlite_template.read_bytes())
    chosen = load(
        sections(features()),
        environ={},
        data_dir=folder,
        database={"auto_migrate": False},
        limits={"enabled": False},
        knowledge={"embeddings": False},
    )
    app = create_app(chosen)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    loop: Any = app.state.runtime
    keys = asyncio.run(_people(loop))
    yield Served(f"http://127.0.0.1:{port}", keys)
    server.should_exit = True
    thread.join()


async def _people(runtime: Any) -> dict[str, str]:
    keys: dict[str, str] = {}
    for name, role in (("viewer", Role.VIEWER), ("admin", Role.ADMIN)):
        body = UserIn(username=name, password="Geometry-is-4-all", roles=[role])
        user = await accounts.create_user(runtime, body)
        who = Principal(user_id=user.id, name=name, kind="token")
        keys[name] = (await accounts.create_key(runtime, who, ApiKeyIn(name="fuzz"))).key
    return keys


def _schema(document: dict[str, Any], *, every_case: bool) -> Any:
    """What to try of the OpenAPI: some examples of each operation, or each case in it as well."""
    found: Any = schemathesis.openapi.from_dict(document)
    # The callers bring a credential, or none; `ignored_auth` tries again without and with wrong
    # ones.
    found.config.generation.update(with_security_parameters=False)
    found.config.phases.coverage.enabled = every_case
    return found


pytestmark = pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisDeprecationWarning")
# As it is served; it needs no runtime.
document = create_app(load(sections(features()), environ={}, data_dir=Path("unused"))).openapi()
# 46 cases an operation: the administrator gets to the code behind them, whom nothing stops before.
every_case = _schema(document, every_case=True)
examples = _schema(document, every_case=EXAMPLES > FEW)

fuzzed: Any = settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=_healthy,
    derandomize=True,
)
operations = pytest.mark.parametrize(
    "operation",
    [
        f"{method.upper()} {path}"
        for path, item in document["paths"].items()
        for method in item
        if method != "parameters"
    ],
)


@operations
def test_nobody_breaks_an_operation(operation: str, served: Served):
    _try_out(examples, operation, served)


@operations
def test_a_viewer_breaks_no_operation(operation: str, served: Served):
    _try_out(examples, operation, served, {"X-API-Key": served.keys["viewer"]})


@operations
def test_an_administrator_breaks_no_operation(operation: str, served: Served):
    _try_out(every_case, operation, served, {"X-API-Key": served.keys["admin"]})


def _try_out(
    schema: Any, operation: str, served: Served, headers: dict[str, str] | None = None
) -> None:
    """Call the operation with each of its cases.

    They are made here: `parametrize` of the library makes those of all operations in each worker
    that collects, 50 s of a core and 300 MiB.
    """

    @fuzzed
    def call(case: Any) -> None:
        case.call_and_validate(base_url=served.url, headers=headers, checks=CHECKS, timeout=60)

    method, path = operation.split(" ", 1)
    test = _builder.build_operation_test(
        config=schema.config,
        operation=schema[path][method],
        test_func=call,
        given_kwargs={},
        feedback=FeedbackSources(),
    )
    test()
