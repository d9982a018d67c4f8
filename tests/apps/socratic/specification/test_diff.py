"""Differences by names and ids, and the digest of the content."""

from copy import deepcopy
from typing import Any

from tests.apps.socratic.specification.shop import plain, shop

from menon.apps.socratic.specification import Specification
from menon.apps.socratic.specification.content import canonical, digest
from menon.apps.socratic.specification.diff import differences


def _changed(change: Any) -> list[tuple[str, str, str]]:
    document = deepcopy(plain())
    change(document)
    new = Specification.model_validate(document)
    return [(each.path, each.kind, each.text) for each in differences(shop(), new)]


def test_nothing_changed():
    assert differences(shop(), shop()) == []


def test_a_property_of_a_field():
    def change(document: Any) -> None:
        document["entities"][0]["fields"][0]["required"] = False
        document["entities"][0]["fields"][0]["max_length"] = None
        document["entities"][0]["fields"][3]["default"] = 5

    assert _changed(change) == [
        (
            "/entities/Book/fields/title/required",
            "changed",
            "Entity Book, field title: required changed from yes to no.",
        ),
        (
            "/entities/Book/fields/title/max_length",
            "removed",
            "Entity Book, field title: max length was removed; it was 200.",
        ),
        (
            "/entities/Book/fields/stock/default",
            "changed",
            "Entity Book, field stock: default changed from 0 to 5.",
        ),
    ]


def test_a_rename_is_one_removed_and_one_added():
    def change(document: Any) -> None:
        document["entities"][0]["fields"][4]["name"] = "mail/box"

    assert _changed(change) == [
        ("/entities/Book/fields/contact", "removed", "Entity Book, field contact was removed."),
        (
            "/entities/Book/fields/mail~1box",
            "added",
            "Entity Book, field mail/box was added (email).",
        ),
    ]


def test_requirements_and_rights():
    def change(document: Any) -> None:
        document["features"][0]["priority"] = "P3"
        document["features"].insert(0, {"id": "FR-003", "title": "Return books.", "priority": "P1"})
        document["permissions"][0]["actions"] = ["read"]
        document["entities"][1]["life_cycle"]["transitions"][1]["by"] = []

    assert _changed(change) == [
        (
            "/entities/Order/life_cycle/transitions/paid sent/by/clerk",
            "removed",
            "Entity Order, transition paid sent: by: 'clerk' was removed.",
        ),
        (
            "/features/FR-001/priority",
            "changed",
            "Requirement FR-001: priority changed from 'P1' to 'P3'.",
        ),
        ("/features/FR-003", "added", "Requirement FR-003 was added (P1): Return books."),
        (
            "/permissions/customer Order own allow/actions/create",
            "removed",
            "Permission customer Order own allow: actions: 'create' was removed.",
        ),
    ]


def test_the_order_alone():
    def change(document: Any) -> None:
        document["entities"].reverse()
        document["enums"][0]["values"].reverse()

    assert _changed(change) == [
        ("/entities", "changed", "Entities: the order changed."),
        (
            "/enums/OrderState/values",
            "changed",
            "Enumeration OrderState: values: the order changed.",
        ),
    ]


def test_lists_of_texts():
    def change(document: Any) -> None:
        document["scope"]["inside"].append("maps")
        document["enums"][0]["values"].remove("sent")
        document["nfr"][0]["value"] = 0.25

    assert [text for _, _, text in _changed(change)] == [
        "Enumeration OrderState, value sent was removed.",
        "Criterion SC-001: value changed from 300 to 0.25.",
        "Scope inside: 'maps' was added.",
    ]


def test_the_text_of_the_project():
    def change(document: Any) -> None:
        document["project"]["problem"] = ""

    ((path, kind, text),) = _changed(change)
    assert (path, kind) == ("/project/problem", "changed")
    assert text.endswith("to nothing.")


def test_content_reads_back_and_names_itself():
    spec = shop()
    assert Specification.model_validate_json(canonical(spec)) == spec
    assert digest(spec) == digest(Specification.model_validate_json(canonical(spec)))
    assert digest(spec) != digest(shop(notes=[]))
    assert len(digest(spec)) == 64


def test_the_order_of_keys_and_written_defaults_do_not_matter():
    document: Any = {"project": {"name": "A", "description": ""}, "notes": []}
    one = Specification.model_validate(document)
    other = Specification.model_validate({"project": {"name": "A"}})
    assert canonical(one) == canonical(other) == b'{"project":{"name":"A"},"schema_version":1}'
