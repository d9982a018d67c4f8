"""Calling what stands inside of another protocol's route, to see whether somebody may."""

from typing import Any

import httpx2

REVISION = "2026-07-28"
_META: dict[str, Any] = {
    "io.modelcontextprotocol/protocolVersion": REVISION,
    "io.modelcontextprotocol/clientCapabilities": {},
}
_PARAMS: dict[str, dict[str, Any]] = {
    "resources/read": {"uri": "menon://runs/none"},
    "prompts/get": {"name": "none"},
    "completion/complete": {
        "ref": {"type": "ref/prompt", "name": "none"},
        "argument": {"name": "x", "value": "y"},
    },
    "GetTask": {"id": "none"},
    "CancelTask": {"id": "none"},
    "SubscribeToTask": {"id": "none"},
    "SendMessage": {"message": {"messageId": "m", "role": "ROLE_USER", "parts": []}},
    "SendStreamingMessage": {"message": {"messageId": "m", "role": "ROLE_USER", "parts": []}},
}


async def call(
    client: httpx2.AsyncClient, wire: str, name: str, headers: dict[str, str]
) -> httpx2.Response:
    """One operation with as little as makes it ask for its right."""
    body: dict[str, Any] = {"jsonrpc": "2.0", "id": 1, "method": name}
    body["params"] = _PARAMS.get(name, {})
    if wire == "A2A":
        return await client.post(
            "/a2a/assistant", json=body, headers={**headers, "A2A-Version": "1.0"}
        )
    if name.startswith("tools/call "):
        body["method"], _, tool = name.partition(" ")
        body["params"] = {"name": tool, "arguments": {}}
    params: dict[str, Any] = {**body["params"], "_meta": _META}
    sent = {
        **headers,
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": REVISION,
        "Mcp-Method": body["method"],
        "Mcp-Name": str(params.get("name") or params.get("uri") or ""),
    }
    return await client.post("/mcp", json={**body, "params": params}, headers=sent)


def denied(answer: httpx2.Response) -> bool:
    """Whether the answer says that the caller may not."""
    return answer.status_code in {401, 403} or '"AUTH_00' in answer.text


def tools(answer: httpx2.Response) -> set[str]:
    """The names in a list of tools."""
    return {tool["name"] for tool in answer.json()["result"]["tools"]}
