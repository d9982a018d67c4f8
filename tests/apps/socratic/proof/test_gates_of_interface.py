"""What the document of an interface has to say, and what asking it means; nothing is run."""

from typing import Any

import pytest

from menon.apps.socratic.proof.gates import openapi, schemathesis

Json = dict[str, Any]


def operation(**more: Any) -> Json:
    return {"responses": {"200": {}}, **more}


PROBLEM = {"content": {"application/json": {"schema": {"type": "object"}}}}


def document(method: str = "get", path: str = "/a", **more: Any) -> Json:
    info = {"title": "t", "version": "1"}
    return {"document": {"openapi": "3.1.0", "info": info, "paths": {path: {method: more}}}}


def shared(answer: Json) -> Json:
    whole = document(responses={"200": {}, "409": {"$ref": "#/components/responses/P"}})
    whole["document"]["components"] = {"responses": {"P": answer}}
    return whole


OPENAPI: dict[str, tuple[Json, list[str]]] = {
    "nothing to say": (document(**operation()), []),
    "no success": (document(responses={"404": PROBLEM}), ["success"]),
    "input": (document(**operation(requestBody={})), []),
    "a body": (document(**operation(requestBody={"content": {}})), ["input-error"]),
    "a parameter": (document(**operation(parameters=[{"name": "a"}])), ["input-error"]),
    "a parameter with an error": (
        document(parameters=[{"name": "a"}], responses={"200": {}, "422": PROBLEM}),
        [],
    ),
    "a path": (document(path="/a/{id}", **operation()), ["not-found"]),
    "a path with an error": (document(path="/a/{id}", responses={"2XX": {}, "4XX": PROBLEM}), []),
    "secured": (document(**operation(security=[{"b": []}])), ["unauthenticated"]),
    "perhaps secured": (document(**operation(security=[{}, {"b": []}])), []),
    "an error without shape": (document(responses={"200": {}, "404": {}}), ["error-shape"]),
    "an error by reference": (shared(PROBLEM), []),
    "an error of no shape by reference": (shared({}), ["error-shape"]),
    "a reference to nothing": (
        document(responses={"200": {"$ref": "#/components/none"}}),
        ["reference"],
    ),
    "a reference elsewhere": (document(responses={"200": {"$ref": "a.json#/b"}}), ["reference"]),
}


@pytest.mark.parametrize("name", OPENAPI)
def test_what_a_document_has_to_say(name: str) -> None:
    report, rules = OPENAPI[name]
    reading = openapi.read(report)
    assert [finding.rule for finding in reading.findings] == rules
    assert reading.gate.ok is not bool(rules)


def test_two_operations_of_one_name() -> None:
    whole = document(**operation(operationId="a"))
    whole["document"]["paths"]["/b"] = {"get": operation(operationId="a"), "parameters": []}
    reading = openapi.read(whole)
    assert [finding.rule for finding in reading.findings] == ["operation-id"]


DOCUMENTS: dict[str, tuple[Json, str]] = {
    "none": ({"problem": "it did not start"}, "it did not start"),
    "a list": ({"document": []}, "OpenAPI 3"),
    "an old one": ({"document": {"swagger": "2.0"}}, "OpenAPI 3"),
    "one of no operations": ({"document": {"openapi": "3.1.0", "info": {"a": 1}}}, "0 operations"),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_document(name: str) -> None:
    report, word = DOCUMENTS[name]
    reading = openapi.read(report)
    assert (reading.gate.ok, word in reading.gate.detail) == (False, True), reading.gate


def asked(**more: Any) -> Json:
    contract: Json = {"operations": {"GET /a": 4}, "failures": [], "errors": [], "finished": True}
    contract |= {key: more.pop(key) for key in list(more) if key in {*contract, "late"}}
    return {"contract": contract, "statuses": {"200": 4}, "asked": 4, **more}


FAILURE = {"operation": "GET /a", "check": "status_code_conformance", "message": "m"}
CONTRACT: dict[str, tuple[Json, bool, str]] = {
    "all well": (asked(), True, "1 operations, 4 requests; 0 failures."),
    "a failure": (asked(failures=[FAILURE]), False, "1 failures"),
    "something raised": (asked(crashes={"GET /a": "Traceback"}), False, "1 failures"),
    "only refusals": (asked(statuses={"401": 4}), False, "No request was answered with success"),
    "not finished": (asked(finished=False), False, "asked nothing"),
    "no operations": (asked(operations={}), False, "asked nothing"),
    "late": (asked(late=True), False, "in time"),
    "an error": (asked(errors=["GET /b: odd"]), False, "GET /b: odd"),
    "gone": (asked(problem="it ended"), False, "it ended"),
    "nothing": ({"problem": "not imported"}, False, "not imported"),
}


@pytest.mark.parametrize("name", CONTRACT)
def test_the_gate_of_the_contract(name: str) -> None:
    report, ok, word = CONTRACT[name]
    reading = schemathesis.read(report)
    assert (reading.gate.ok, word in reading.gate.detail) == (ok, True), reading.gate
