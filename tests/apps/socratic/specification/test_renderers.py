"""Documents that people and other programs read, with hostile names too."""

import json
import re
from typing import Any, cast

import pytest
from gherkin.parser import Parser
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt
from openapi_spec_validator import OpenAPIV31SpecValidator
from tests.apps.socratic.specification.shop import plain, shop

from menon.apps.socratic.specification import Specification
from menon.apps.socratic.specification.model import LEFT_OPEN, Assumption, Clarification
from menon.apps.socratic.specification.renderers import RENDERERS, gherkin

HOSTILE = '# <script>alert("1")</script> [x](javascript:1) `a` | **b** @c www.d.e\n---\n* http://x'
_ALLOWED = {
    "heading_open",
    "heading_close",
    "inline",
    "paragraph_open",
    "paragraph_close",
    "bullet_list_open",
    "bullet_list_close",
    "ordered_list_open",
    "ordered_list_close",
    "list_item_open",
    "list_item_close",
}


def _replaced(value: Any, text: str) -> Any:
    """The shop with every free text replaced; ids and cross references stay."""
    fixed = {"id", "enum", "type", "kind", "actor", "entity", "entities", "target", "priority"}
    fixed |= {"actions", "scope", "effect", "date", "grade", "state", "operator", "depends_on"}
    fixed |= {"pattern", "life_cycle", "values", "labels", "default", "display", "by", "metric"}
    if isinstance(value, dict):
        parts = cast("dict[str, Any]", value)
        return {k: v if k in fixed else _replaced(v, text) for k, v in parts.items()}
    if isinstance(value, list):
        return [_replaced(v, text) for v in cast("list[Any]", value)]
    return text[:80] if isinstance(value, str) else value


def _hostile_shop(text: str) -> Specification:
    document = plain()
    made = _replaced(document, text)
    made["enums"], made["actors"] = document["enums"], document["actors"]
    for entity, old in zip(made["entities"], document["entities"], strict=True):
        entity["name"] = old["name"]
    return Specification.model_validate(made)


def test_every_renderer_is_listed_under_its_name():
    assert {name: renderer.file for name, renderer in RENDERERS.items()} == {
        "spec": "spec.md",
        "requirements": "requirements.md",
        "gherkin": "scenarios.feature",
        "er": "data-model.mmd",
        "openapi": "openapi.json",
        "json_schema": "schema.json",
        "jdl": "model.jdl",
        "json": "specification.json",
    }


@pytest.mark.parametrize("name", RENDERERS)
def test_documents_are_the_same_each_time_and_end_with_a_line_break(name: str):
    assert RENDERERS[name](shop()) == RENDERERS[name](shop())
    assert RENDERERS[name](shop()).endswith("\n")
    bare = Specification.model_validate({"project": {"name": "Bare"}})
    assert "Bare" in RENDERERS[name](bare)


def test_the_specification_has_the_known_sections():
    text = RENDERERS["spec"](shop())
    assert re.findall(r"^#+ .*$", text, re.MULTILINE) == [
        "# Feature Specification: Corner shop",
        "## User Scenarios & Testing",
        "### User Story 1 - Order books (Priority: P1)",
        "### User Story 2 - Send orders (Priority: P2)",
        "### Edge Cases",
        "## Requirements",
        "### Functional Requirements",
        "### Permissions",
        "### Key Entities",
        "## Success Criteria",
        "### Measurable Outcomes",
        "## Constraints",
        "## Milestones",
        "## Scope",
        "## Assumptions",
        "## Clarifications",
        "## Conflicts",
        "## Glossary",
        "## Notes",
    ]
    for said in (
        "1. *One book*: **Given** a book in stock, **When** I order it **And** I confirm, **Then**",
        "- **SC-001**: latency p95 of search is at most 300 ms",
        "- If an order is unpaid, the shop shall refuse to send it. (FR-002)",
        "- Book: price is above 0",
        "- customer may create, read Order of their own",
        "- clerk may read, update every entity",
        "  - state (OrderState, at first draft)",
        "- Q: Who orders? → A: Customers",
    ):
        assert said in text, said


def test_assumptions_are_told_by_what_they_are_about():
    assumed = [
        ("data.entity[Book].search", "yes"),
        ("data.entity[Loan].search", "yes"),
        ("plan.budget", LEFT_OPEN),
        ("data.entity[Book].owned", LEFT_OPEN),
        ("quality.latency", "500 ms"),
    ]
    listed = [Assumption(slot=slot, text=text) for slot, text in assumed]
    text = RENDERERS["spec"](shop().model_copy(update={"assumptions": listed}))
    section = text.partition("## Assumptions")[2].partition("##")[0]
    assert section.strip().splitlines() == [
        "- **Found by words of Book, Loan**: yes",
        "- **Time to answer**: 500 ms",
        "- Nobody could say, so these are left open: Budget; Seen by their owner only of Book",
    ]


@pytest.mark.parametrize(
    ("source", "listed", "alone"),
    [
        ("default", "(assumed)", "Source: assumed, nobody was asked"),
        ("q1", "(from answer 1)", "Source: the answer to “Who orders?”"),
        ("elsewhere", "(from elsewhere)", "Source: elsewhere"),
    ],
)
def test_requirements_tell_where_they_come_from(source: str, listed: str, alone: str):
    spec = shop()
    first = spec.features[0].model_copy(update={"source": source})
    asked = Clarification(id="q1", question="Who orders?", answer="Customers")
    told = spec.model_copy(update={"features": [first], "clarifications": [asked]})
    assert listed in RENDERERS["spec"](told)
    assert alone in RENDERERS["requirements"](told)


def test_requirements_tell_their_pattern():
    text = RENDERERS["requirements"](shop())
    assert "- **FR-001.1** (event): When an order is placed" in text
    assert "- **FR-002.1** (unwanted): If an order is unpaid" in text
    assert "- **SC-001** (ubiquitous): The system shall keep latency p95" in text


@pytest.mark.parametrize("name", ["spec", "requirements"])
@given(text=st.one_of(st.just(HOSTILE), st.text(min_size=1, max_size=80)))
@settings(max_examples=40, deadline=None)
def test_nothing_that_people_wrote_is_mark_up(name: str, text: str):
    if not text.strip():
        return
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parsed = reader.parse(RENDERERS[name](_hostile_shop(text)))
    assert {token.type for token in parsed} <= _ALLOWED
    inside = {child.type for token in parsed for child in token.children or []}
    assert inside <= {
        "text",
        "strong_open",
        "strong_close",
        "em_open",
        "em_close",
        "softbreak",
        "text_special",
    }


def test_gherkin_is_read_by_the_official_parser():
    document: Any = Parser().parse(RENDERERS["gherkin"](shop()))
    first, second = document["feature"]["children"]
    assert [tag["name"] for tag in first["rule"]["tags"]] == ["@FR-001", "@P1"]
    (scenario,) = [child["scenario"] for child in first["rule"]["children"]]
    assert [(step["keyword"], step["text"]) for step in scenario["steps"]] == [
        ("Given ", "a book in stock"),
        ("When ", "I order it"),
        ("And ", "I confirm"),
        ("Then ", "the order is a draft"),
    ]
    assert second["rule"]["children"] == []
    assert list(gherkin.files(shop())) == [
        "fr_001_order_books.feature",
        "fr_002_send_orders.feature",
    ]


@given(text=st.one_of(st.just('x\nScenario: y\n"""\n| a'), st.text(min_size=1, max_size=80)))
@settings(max_examples=40, deadline=None)
def test_gherkin_keeps_hostile_text_in_its_line(text: str):
    if not text.strip():
        return
    spec = _hostile_shop(text)
    whole: Any = Parser().parse(RENDERERS["gherkin"](spec))
    assert len(whole["feature"]["children"]) == len(spec.features)
    for each in gherkin.files(spec).values():
        feature: Any = Parser().parse(each)
        assert len(feature["feature"]["children"]) <= 1


def test_the_diagram_shows_ends_and_keys():
    text = RENDERERS["er"](shop())
    assert text.splitlines()[:4] == ["---", 'title: "Corner shop"', "---", "erDiagram"]
    assert '    Order }o--o{ Book : "books"' in text
    assert '        string title "required"' in text
    assert "        string isbn UK" in text
    assert "        OrderState state" in text


def test_the_diagram_keeps_hostile_names_in_quotes():
    document = plain()
    document["entities"][0]["name"] = 'Evil"] } \n erDiagram %% <b>'
    document["entities"][1]["relations"][0]["target"] = document["entities"][0]["name"]
    text = RENDERERS["er"](Specification.model_validate(document))
    assert '    EvilErDiagramB["Evil#quot;] } erDiagram #37;#37; #lt;b#gt;"] {' in text
    form = r'---|title: "[^"]*"|erDiagram|\s+\}|'
    form += r'\s+\w+(\["[^"]*"\])? \{|\s+\w+ \w+( PK| UK)?( "[^"]*")?|'
    form += r'\s+\w+ [}|o]{2}--[{|o]{2} \w+ : "[^"]*"'
    for line in text.splitlines():
        assert re.fullmatch(form, line), line


def test_openapi_is_valid_and_complete():
    document = json.loads(RENDERERS["openapi"](shop()))
    OpenAPIV31SpecValidator(document).validate()
    assert list(document["paths"]) == ["/books", "/books/{id}", "/orders", "/orders/{id}"]
    book = document["components"]["schemas"]["Book_Create"]
    assert book["properties"]["price"] == {"type": "number", "exclusiveMinimum": 0}
    assert book["properties"]["stock"]["type"] == ["integer", "null"]
    assert book["required"] == ["title", "price"]


def test_the_schema_tells_good_records_from_bad_ones():
    schema = json.loads(RENDERERS["json_schema"](shop()))
    Draft202012Validator.check_schema(schema)
    book: Any = Draft202012Validator({**schema, "anyOf": [{"$ref": "#/$defs/Book"}]})
    good = {"id": "x", "title": "Dune", "price": 9.5, "isbn": "9780441172719"}
    assert book.is_valid(good)
    assert not book.is_valid({**good, "price": 0})
    assert not book.is_valid({**good, "isbn": "12"})
    assert not book.is_valid({**good, "colour": "red"})
    assert not book.is_valid({"id": "x", "title": "Dune"})
    order: Any = Draft202012Validator({**schema, "anyOf": [{"$ref": "#/$defs/Order"}]})
    placed = {"id": "x", "placed_at": "2027-01-01T00:00:00Z"}
    assert order.is_valid({**placed, "state": None})
    assert order.is_valid({**placed, "state": "paid", "books_ids": ["y"]})
    assert not order.is_valid({**placed, "state": "lost"})


@given(names=st.lists(st.text(min_size=1, max_size=30).filter(str.strip), min_size=2, max_size=8))
@settings(max_examples=15, deadline=None)
def test_names_of_any_script_give_valid_documents(names: list[str]):
    spec = Specification.model_validate(
        {
            "project": {"name": "Any"},
            "entities": [
                {
                    "name": name,
                    "fields": [{"name": each} for each in names],
                    "relations": [{"name": name, "target": names[0]}],
                }
                for name in names
            ],
            "enums": [{"name": names[0], "values": names}],
        }
    )
    document = json.loads(RENDERERS["openapi"](spec))
    OpenAPIV31SpecValidator(document).validate()
    assert len(document["paths"]) == 2 * len(names)
    Draft202012Validator.check_schema(json.loads(RENDERERS["json_schema"](spec)))
    assert RENDERERS["er"](spec).count("uuid id PK") == len(names)
