"""From a specification to the intermediate form."""

from typing import Any

import pytest
from tests.apps.socratic.generator.specifications import entity, made

from menon.apps.socratic.generator import build
from menon.apps.socratic.generator.model import Scope
from menon.core.errors import InvalidInput


def relation(name: str, target: str, **parts: Any) -> dict[str, Any]:
    return {"name": name, "target": target, **parts}


class TestRelations:
    """Keys, links and their order."""

    def test_what_is_needed_stands_first(self) -> None:
        spec = made(
            entity("Line", relations=[relation("order", "Order", required=True)]),
            entity("Order", relations=[relation("buyer", "Buyer", required=True)]),
            entity("Buyer"),
        )
        assert [e.name for e in build(spec).entities] == ["buyer", "order", "line"]

    def test_both_sides_of_a_relation_are_one_key(self) -> None:
        many = relation("books", "Book", kind="one_to_many", inverse="author", required=True)
        spec = made(
            entity("Author", relations=[many]),
            entity("Book", relations=[relation("author", "Author", inverse="books")]),
        )
        model = build(spec)
        keys = model.by_name["book"].references
        assert [(k.column, k.target, k.required) for k in keys] == [("author_id", "author", True)]
        assert model.by_name["author"].references == ()
        assert [c.path for c in model.children["author"]] == ["books"]

    def test_a_one_to_many_alone_makes_the_key(self) -> None:
        spec = made(
            entity("Author", relations=[relation("works", "Book", kind="one_to_many")]),
            entity("Book"),
        )
        assert [k.column for k in build(spec).by_name["book"].references] == ["author_id"]

    def test_a_one_to_one_is_unique_and_held_once(self) -> None:
        spec = made(
            entity("A", relations=[relation("b", "B", kind="one_to_one", inverse="a")]),
            entity(
                "B",
                relations=[relation("a", "A", kind="one_to_one", inverse="b", required=True)],
            ),
        )
        model = build(spec)
        assert model.by_name["a"].references == ()
        held = model.by_name["b"].references
        assert [(k.column, k.unique, k.required) for k in held] == [("a_id", True, True)]

    def test_a_many_to_many_has_a_table_once(self) -> None:
        spec = made(
            entity(
                "Post", relations=[relation("tags", "Tag", kind="many_to_many", inverse="posts")]
            ),
            entity(
                "Tag", relations=[relation("posts", "Post", kind="many_to_many", inverse="tags")]
            ),
        )
        model = build(spec)
        (link,) = model.by_name["post"].links
        assert (link.table, link.ids, link.left, link.right) == (
            "post_tags",
            "tag_ids",
            "post_id",
            "tag_id",
        )
        assert model.by_name["tag"].links == ()

    def test_a_reference_to_its_own_kind_is_optional(self) -> None:
        spec = made(entity("Node", relations=[relation("parent", "Node", required=True)]))
        model = build(spec)
        assert not model.by_name["node"].references[0].required
        assert "node.parent" in model.notes[0]

    def test_an_optional_circle_is_closed_later(self) -> None:
        spec = made(
            entity("A", relations=[relation("b", "B")]),
            entity("B", relations=[relation("a", "A", required=True)]),
        )
        model = build(spec)
        assert [e.name for e in model.entities] == ["a", "b"]
        assert model.by_name["a"].references[0].deferred
        assert not model.by_name["b"].references[0].deferred

    def test_a_required_circle_is_refused(self) -> None:
        spec = made(
            entity("A", relations=[relation("b", "B", required=True)]),
            entity("B", relations=[relation("c", "C", required=True)]),
            entity("C", relations=[relation("a", "A", required=True)]),
        )
        with pytest.raises(InvalidInput, match=r"require each other in a circle.*a.*optional"):
            build(spec)


class TestNames:
    """What people wrote becomes safe, and stays apart."""

    def test_names_that_become_one_are_told_apart(self) -> None:
        spec = made(entity("Größe"), entity("Grösse"), entity("Request"), entity("class"))
        found = {e.written: (e.name, e.cls, e.table) for e in build(spec).entities}
        assert found["Request"] == ("request", "RequestRecord", "requests")
        assert found["class"] == ("class_", "Class", "classes")
        assert len({name for name, _, _ in found.values()}) == 4
        assert len({table for _, _, table in found.values()}) == 4

    @pytest.mark.parametrize("name", ["id", "version", "metadata", "model_dump", "str", "copy"])
    def test_a_field_does_not_take_a_name_in_use(self, name: str) -> None:
        spec = made(entity("Thing", {"name": name}))
        assert build(spec).entities[0].fields[0].name == f"{name}_value"

    @pytest.mark.parametrize(
        ("spec", "text"),
        [
            (made(entity("A"), entity("A")), "two of the entity 'A'"),
            (made(entity("A", relations=[relation("b", "B")])), "no such entity"),
            (made(entity("A", {"name": "e", "type": "enum", "enum": "E"})), "enumeration 'E'"),
            (made(entity("A", {"name": "p", "pattern": "("})), "no regular expression"),
        ],
    )
    def test_a_name_that_leads_nowhere_is_refused(self, spec: Any, text: str) -> None:
        with pytest.raises(InvalidInput, match=text):
            build(spec)


class TestRights:
    """The permission matrix."""

    def test_deny_wins_over_allow(self) -> None:
        def may(scope: str, effect: str) -> dict[str, Any]:
            return {
                "actor": "user",
                "entity": "A",
                "actions": ["read"],
                "scope": scope,
                "effect": effect,
            }

        cases = {
            (("all", "allow"),): Scope.ALL,
            (("own", "allow"),): Scope.OWN,
            (("all", "allow"), ("own", "deny")): Scope.OTHERS,
            (("all", "allow"), ("all", "deny")): None,
            (("own", "allow"), ("own", "deny")): None,
            (("all", "deny"),): None,
        }
        for given, scope in cases.items():
            permissions = [may(*one) for one in given]
            spec = made(entity("A"), actors=[{"name": "user"}], permissions=permissions)
            assert build(spec).entities[0].rights["read"].get("user") is scope

    def test_without_any_permission_everybody_may(self) -> None:
        model = build(made(entity("A"), entity("B", owned=True)))
        assert set(model.by_name["a"].rights["delete"].values()) == {Scope.ALL}
        assert model.by_name["b"].rights["read"] == {"admin": Scope.ALL, "user": Scope.OWN}

    def test_who_registers_gets_the_least(self) -> None:
        permissions = [
            {"actor": "boss", "entity": "*", "actions": ["create", "read", "update", "delete"]},
            {"actor": "guest", "entity": "A", "actions": ["read"]},
        ]
        actors = [{"name": "boss"}, {"name": "guest"}]
        model = build(made(entity("A"), actors=actors, permissions=permissions))
        assert (model.default_role, model.admin) == ("guest", "admin")


def test_a_thousand_entities_are_ordered() -> None:
    chain = [
        entity(f"E{n}", relations=[relation("last", f"E{n - 1}", required=True)] if n else [])
        for n in reversed(range(1_000))
    ]
    model = build(made(*chain))
    assert [e.name for e in model.entities[:2]] == ["e0", "e1"]
    assert len({e.table for e in model.entities}) == 1_000


@pytest.mark.parametrize(
    ("database", "notes"), [("mysql", 1), ("SQLite", 0), ("PostgreSQL 16", 0), ("", 0)]
)
def test_another_database_than_the_code_has_is_noted(database: str, notes: int) -> None:
    model = build(made(entity("Thing"), architecture={"database": database}))
    assert sum(f"asks for {database};" in note for note in model.notes) == notes
