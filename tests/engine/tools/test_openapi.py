"""OpenAPI documents: operations become arguments, hostile documents become sentences."""

import json
import time
from typing import Any

import pytest

from menon.engine.tools.openapi import BadDocument, BadOperation, Described, describe, read

Json = dict[str, Any]

SHOP = """
openapi: 3.0.3
info: {title: Shop, version: "1.2"}
servers:
  - url: https://{region}.shop.example/api/
    variables: {region: {default: eu}}
security: [{key: []}]
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    token: {type: http, scheme: bearer}
    oauth: {type: oauth2}
  parameters:
    Id: {name: order-id, in: path, required: true, schema: {type: integer}}
  schemas:
    Order:
      type: object
      required: [item, id]
      properties:
        id: {type: integer, readOnly: true}
        item: {type: string, nullable: true}
        count: {type: integer, minimum: 0, exclusiveMinimum: true}
        parts: {type: array, items: {$ref: "#/components/schemas/Order"}}
paths:
  /orders/{order-id}:
    parameters:
      - $ref: "#/components/parameters/Id"
    get:
      operationId: getOrder
      summary: Read an order
      description: One of yours.
      tags: [orders]
      parameters:
        - name: "fields[x]"
          in: query
          description: Which.
          schema: {type: array, items: {type: string}}
        - {name: X-Trace, in: header, schema: {type: string}}
        - {name: Accept, in: header, schema: {type: string}}
        - {name: order-id, in: query, schema: {type: string}}
        - {name: sid, in: cookie, schema: {type: string}}
        - {name: deep, in: query, style: deepObject, schema: {type: object}}
        - {name: where, in: query, content: {application/json: {schema: {type: object}}}}
      security: [{token: []}, {oauth: []}]
    put:
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}
  /orders:
    post:
      operationId: makeOrders
      requestBody:
        required: true
        content:
          application/vnd.shop+json:
            schema: {type: array, items: {$ref: "#/components/schemas/Order"}}
    options: {summary: no}
  /upload:
    post:
      operationId: upload
      requestBody: {required: true, content: {multipart/form-data: {}}}
    delete:
      operationId: getOrder
      parameters: [{name: sid, in: cookie, required: true}]
"""


def made(path: str = "", **node: Any) -> Json:
    paths = {path or "/x": {"get": node}}
    return {"openapi": "3.1.0", "info": {"title": "T"}, "paths": paths}


def one(document: Json) -> Described:
    found = read(json.dumps(document))
    return describe(found, next(iter(found.operations.values())))


def test_what_a_document_has():
    shop = read(SHOP)
    assert (shop.title, shop.version, shop.servers) == (
        "Shop",
        "1.2",
        ("https://eu.shop.example/api",),
    )
    assert list(shop.operations) == [
        "getOrder",
        "put__orders_order-id",
        "makeOrders",
        "upload",
        "getOrder_2",
    ]
    assert shop.tags == {"orders": 1}


def test_an_operation_becomes_arguments():
    shop = read(SHOP)
    found = describe(shop, shop.operations["getOrder"])
    assert found.description == "Read an order\n\nOne of yours."
    assert (found.method, found.path) == ("GET", "/orders/{order-id}")
    assert found.arguments == {
        "order-id": ("path", "order-id"),
        "fields_x": ("query", "fields[x]"),
        "X-Trace": ("header", "X-Trace"),
        "order-id_query": ("query", "order-id"),
        "where": ("query", "where"),
    }
    assert found.schema["required"] == ["order-id"]
    assert found.schema["properties"]["fields_x"]["description"] == "Which."
    assert found.security == ("header Authorization: bearer (token)", "oauth2 (oauth)")


def test_a_body_is_spread_or_whole():
    shop = read(SHOP)
    put = describe(shop, shop.operations["put__orders_order-id"])
    assert put.arguments == {
        "order-id": ("path", "order-id"),
        "item": ("body", "item"),
        "count": ("body", "count"),
        "parts": ("body", "parts"),
    }
    assert put.schema["required"] == ["order-id", "item"]
    assert put.schema["properties"]["item"] == {"type": ["string", "null"]}
    assert put.schema["properties"]["count"] == {"type": "integer", "exclusiveMinimum": 0}
    inner = put.schema["properties"]["parts"]["items"]["properties"]["parts"]["items"]
    assert inner == {"type": "object", "description": "As Order above."}
    post = describe(shop, shop.operations["makeOrders"])
    assert post.arguments == {"body": ("content", "body")}
    assert post.schema["required"] == ["body"]
    assert post.security == ("header X-Key (key)",)


@pytest.mark.parametrize(
    ("name", "says"), [("upload", "multipart/form-data"), ("getOrder_2", "'sid' cannot be sent")]
)
def test_an_operation_that_cannot_be_a_tool_says_why(name: str, says: str):
    shop = read(SHOP)
    with pytest.raises(BadOperation, match=says):
        describe(shop, shop.operations[name])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "neither JSON nor YAML"),
        ("[]", "no object"),
        ("a: &x [1]\nb: *x", "aliases"),
        ("{" * 100_000, "neither JSON nor YAML"),
        ('{"openapi": ' + "[" * 100_000, "nests too deep"),
        ('{"swagger": "2.0"}', "'2.0'"),
        ('{"openapi": 3}', "'3'"),
        ('{"openapi": "3.1.0"}', "no `paths`"),
        ("!!python/object/apply:os.system ['true']", "tags"),
    ],
)
def test_what_is_no_document(text: str, says: str):
    with pytest.raises(BadDocument, match=says):
        read(text)


BOMB: Json = {f"a{n}": {"allOf": [{"$ref": f"#/components/a{n + 1}"}] * 20} for n in range(9)}


@pytest.mark.parametrize(
    ("node", "says"),
    [
        ({"parameters": [{"$ref": "https://evil.example/p.json"}]}, "not fetched"),
        ({"parameters": [{"$ref": "#/paths/nowhere"}]}, "points at nothing"),
        ({"parameters": [{"$ref": "#/components/loop"}]}, "in a circle"),
        (
            {"parameters": [{"name": "q", "in": "query", "schema": {"$ref": "#/components/a0"}}]},
            "2000 parts",
        ),
        (
            {"requestBody": {"content": {"application/json": {"schema": {"$ref": "x.json"}}}}},
            "not fetched",
        ),
    ],
)
def test_a_hostile_operation_is_refused_and_nothing_is_fetched(node: Json, says: str):
    document = made(**node) | {
        "components": {**BOMB, "a9": {}, "loop": {"$ref": "#/components/loop"}}
    }
    began = time.monotonic()
    with pytest.raises(BadOperation, match=says):
        one(document)
    assert time.monotonic() - began < 2


def test_two_thousand_operations_are_listed_and_more_than_five_are_refused():
    def many(count: int) -> Json:
        paths = {f"/p{n}": {"get": {"operationId": f"op{n}"}} for n in range(count)}
        return {"openapi": "3.1.0", "paths": paths}

    began = time.monotonic()
    assert len(read(json.dumps(many(2000))).operations) == 2000
    assert time.monotonic() - began < 2
    with pytest.raises(BadDocument, match="more than 5000"):
        read(json.dumps(many(5001)))


def test_what_is_not_as_it_should_be_is_passed_over():
    document = {
        "openapi": "3.1.0",
        "info": 3,
        "servers": [3, {"url": "/api"}, {"url": "ftp://x"}],
        "paths": {
            "/a": 3,
            "/b": {"$ref": "elsewhere.yaml"},
            "/c": {"get": 3, "post": {"tags": 3, "parameters": 3, "operationId": 7}},
        },
    }
    found = read(json.dumps(document), base="https://docs.example/v1/openapi.json")
    assert found.servers == ("https://docs.example/api",)
    assert list(found.operations) == ["post__c"]
    described = describe(found, found.operations["post__c"])
    assert described.description == "POST /c"
    assert described.arguments == {}
