"""Every operation, page, MCP tool and A2A method against every kind of principal, by the matrix.

`authz_matrix.csv` is reviewed by hand: `denied` is 401 or 403, `open` is anything else (a missing
thing, a malformed body, a page). A row that is missing or too much fails.
"""

import csv
import re
from pathlib import Path

import httpx2
import pytest
from tests.architecture import offered
from tests.fixtures.people import People

from menon.core.auth import RIGHTS, Action, Reach, Role, Scope
from menon.entry.parts import features

MATRIX = Path(__file__).with_name("authz_matrix.csv")
ROLES = {
    "viewer": Role.VIEWER,
    "developer": Role.DEVELOPER,
    "project_manager": Role.PROJECT_MANAGER,
    "admin": Role.ADMIN,
}
PRINCIPALS = ("anonymous", *ROLES, "revoked_key", "key_without_scope")
MISSING = "01a1f9e8-98d7-78e9-8138-d9d5548fc84b"
BODIES = {"/api/chat": {"message": "hello"}, "/api/v1/chat": {"message": "hello"}}
"""These two authorise after they have read their body, which may hold the key."""
SIGNED = {
    "/api/v1/integration/incoming/{hook_id}",
    "/.well-known/agent-card.json",
    "/a2a/{agent}/.well-known/agent-card.json",
}
"""Open to anybody, and refused with 401 all the same unless the message itself is signed, or the
operator has cards shown without a key."""
STREAMS = {"/api/v1/runs/{run_id}/events"}


def _requests() -> list[tuple[str, str, Action, bool]]:
    return [
        (method, path, action, routes.pages)
        for feature in features()
        for routes in (*feature.routes, *feature.pages)
        for method, path, action in routes.actions
        if method != "WS"
    ]


def _offers() -> list[tuple[str, str, Action, bool]]:
    """What stands inside of a route of another protocol."""
    return [(*offer, False) for feature in features() for offer in feature.offers]


def _operations() -> list[tuple[str, str, Action, bool]]:
    return [*_requests(), *_offers()]


def _matrix() -> dict[tuple[str, str], dict[str, str]]:
    with MATRIX.open(newline="") as file:
        return {(row["method"], row["path"]): row for row in csv.DictReader(file)}


def expected(action: Action, principal: str) -> str:
    """What the rights say; the matrix repeats it where a person can read it."""
    if action is Action.PUBLIC:
        return "open"
    if principal in {"anonymous", "revoked_key"}:
        return "denied"
    scope, reaches = RIGHTS[action]
    if principal == "key_without_scope":
        # The key is an administrator's, made for `read` alone.
        return "open" if scope in {None, Scope.READ} else "denied"
    return "denied" if reaches[list(ROLES).index(principal)] is Reach.NONE else "open"


def test_the_matrix_has_every_operation_and_no_other():
    served = {(method, path) for method, path, _, _ in _operations()}
    listed = set(_matrix())
    assert listed - served == set(), "rows of operations that are gone"
    assert served - listed == set(), "operations without a reviewed row"


def test_the_matrix_says_what_the_rights_say():
    rows = _matrix()
    wrong = [
        (method, path, principal)
        for method, path, action, _ in _operations()
        for principal in PRINCIPALS
        if rows[method, path][principal] != expected(action, principal)
    ]
    assert wrong == []


def test_what_is_open_to_anybody_is_listed():
    opened = {f"{m} {p}" for (m, p), row in _matrix().items() if row["anonymous"] == "open"}
    assert opened == {
        "GET /.well-known/agent-card.json",
        "GET /a2a/{agent}/.well-known/agent-card.json",
        "GET /api/v1/health",
        "GET /api/v1/metrics",
        "GET /api/v1/ready",
        "GET /health",
        "GET /login",
        "GET /metrics",
        "GET /ready",
        "GET /register",
        "POST /api/v1/auth/login",
        "POST /api/v1/auth/login-json",
        "POST /api/v1/auth/logout",
        "POST /api/v1/auth/refresh",
        "POST /api/v1/auth/register",
        "POST /api/v1/integration/incoming/{hook_id}",
        "POST /login",
        "POST /register",
    }


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"limits": {"enabled": False}}


@pytest.mark.parametrize("principal", PRINCIPALS)
async def test_the_server_does_what_the_matrix_says(
    principal: str, people: People, client: httpx2.AsyncClient
):
    headers = await _credential(principal, people)
    rows, wrong = _matrix(), list[str]()
    for method, path, _, is_page in _requests():
        wanted = rows[method, path][principal]
        if wanted == "open" and (
            path in STREAMS | SIGNED or method == "DELETE" or "logout" in path
        ):
            continue
        address = re.sub(r"\{[^}]+\}", MISSING, path)
        body = BODIES.get(path, {}) if method in {"POST", "PUT", "PATCH"} else None
        answer = await client.request(method, address, headers=headers, json=body)
        denied = answer.status_code in {401, 403} or (
            is_page and answer.headers.get("location", "").startswith("/login")
        )
        # Pages refuse forms of other sites with 403 as well: there only a refusal can be judged.
        if denied != (wanted == "denied") and not (is_page and method != "GET"):
            wrong.append(f"{method} {path}: {answer.status_code}, {wanted} expected")
        if answer.status_code >= 500 and answer.status_code not in {503, 507}:
            wrong.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
    assert wrong == []


@pytest.mark.parametrize("principal", PRINCIPALS)
async def test_other_protocols_do_what_the_matrix_says(
    principal: str, people: People, client: httpx2.AsyncClient
):
    headers = await _credential(principal, people)
    rows = _matrix()
    wrong: list[str] = []
    for wire, name, _, _ in _offers():
        answer = await offered.call(client, wire, name, headers)
        if offered.denied(answer) != (rows[wire, name][principal] == "denied"):
            wrong.append(f"{wire} {name}: {answer.status_code} {answer.text[:200]}")
    assert wrong == []
    listed = await offered.call(client, "MCP", "tools/list", headers)
    if principal not in {"anonymous", "revoked_key"}:
        calls = {name: name.removeprefix("tools/call ") for _, name in rows}
        shown = {tool for name, tool in calls.items() if tool != name}
        open_ = {tool for tool in shown if rows["MCP", f"tools/call {tool}"][principal] == "open"}
        assert offered.tools(listed) == open_, "a model is shown what its owner may use"


async def _credential(principal: str, people: People) -> dict[str, str]:
    if principal == "anonymous":
        return {}
    if principal in ROLES:
        return {"X-API-Key": (await people.person(principal, ROLES[principal])).key}
    admin = await people.client("root", Role.ADMIN)
    made = await admin.post("/api/v1/auth/api-keys", json={"name": "x", "scopes": ["read"]})
    if principal == "revoked_key":
        await admin.delete(f"/api/v1/auth/api-keys/{made.json()['id']}")
    return {"X-API-Key": made.json()["key"]}
