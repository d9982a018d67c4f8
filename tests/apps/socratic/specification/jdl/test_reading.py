"""JDL as JHipster takes it becomes a specification; what cannot be read says where."""

from pathlib import Path

import pytest

from menon.apps.socratic.specification.checks import problems
from menon.apps.socratic.specification.data import FieldType, OnDelete, Relation, RelationKind
from menon.apps.socratic.specification.jdl import JdlError, read, write
from menon.apps.socratic.specification.model import Specification
from menon.core.errors import TooLarge

MODELS = Path(__file__).parent / "models"


def _model(name: str) -> Specification:
    return read((MODELS / f"{name}.jdl").read_text())


def _relations(spec: Specification) -> dict[str, list[tuple[str, str, str, bool, str | None]]]:
    def told(one: Relation) -> tuple[str, str, str, bool, str | None]:
        return one.name, one.kind.value, one.target, one.required, one.inverse

    return {e.name: [told(one) for one in e.relations] for e in spec.entities if e.relations}


@pytest.mark.parametrize("name", ["journal", "market"])
def test_models_hold_together_and_survive_a_round_trip(name: str):
    spec = _model(name)
    assert problems(spec) == []
    again = read(write(spec))
    assert (again.entities, again.enums) == (spec.entities, spec.enums)


def test_a_journal():
    spec = _model("journal")
    assert [entity.name for entity in spec.entities] == ["Journal", "Entry", "Label", "User"]
    assert _relations(spec) == {
        "Journal": [("user", "many_to_one", "User", False, None)],
        "Entry": [
            ("journal", "many_to_one", "Journal", False, None),
            ("label", "many_to_many", "Label", False, "entry"),
        ],
    }
    assert [entity.paginate for entity in spec.entities] == [False, True, True, True]
    assert [entity.display for entity in spec.entities] == ["title", None, "word", "login"]
    assert spec.notes == []


def test_a_market_in_its_fields():
    spec = _model("market")
    entities = {entity.name: entity for entity in spec.entities}
    ware = entities["Ware"]
    assert ware.description == "What lies on the stall"
    assert [(f.name, f.type.value, f.required) for f in ware.fields] == [
        ("name", "string", True),
        ("about", "string", False),
        ("price", "decimal", True),
        ("size", "enum", True),
        ("photo", "url", False),
        ("code", "string", False),
    ]
    assert ware.fields[0].max_length == 80
    assert ware.fields[0].description == "As on the label"
    assert ware.fields[1].description == "a sentence or two"
    assert ware.fields[2].min == 0
    assert ware.fields[5].pattern == r"^[A-Z]{2}/\d+$"
    assert ware.fields[5].unique
    assert [field.type for field in entities["Buyer"].fields[-4:]] == [
        FieldType.DATE,
        FieldType.TIME,
        FieldType.UUID,
        FieldType.STRING,
    ]
    assert {e.name for e in spec.entities if not e.search} == {"Shelf", "Parcel", "User"}
    assert all(entity.paginate for entity in spec.entities)


def test_a_market_in_its_relations():
    spec = _model("market")
    assert _relations(spec) == {
        "Ware": [("shelf", "many_to_one", "Shelf", False, "ware")],
        "Shelf": [("parent", "many_to_one", "Shelf", False, "children")],
        "Buyer": [("user", "one_to_one", "User", True, None)],
        "Purchase": [("buyer", "many_to_one", "Buyer", True, "purchase")],
        "Position": [
            ("ware", "many_to_one", "Ware", True, None),
            ("purchase", "many_to_one", "Purchase", True, "position"),
        ],
        "Bill": [("purchase", "many_to_one", "Purchase", True, "bill")],
        "Parcel": [("bill", "many_to_one", "Bill", True, None)],
    }
    entities = {entity.name: entity for entity in spec.entities}
    assert entities["Ware"].relations[0].on_delete is OnDelete.CASCADE
    assert entities["Buyer"].relations[0].description == "who signs in"


def test_a_market_in_the_rest():
    spec = _model("market")
    sizes = spec.enums[0]
    assert (sizes.name, sizes.values) == ("WareSize", ["S", "M", "L", "XL"])
    assert sizes.labels == {"L": "large", "XL": "extra large"}
    assert spec.project.name == "stall"
    assert spec.architecture.database == "postgresql"
    assert "packageName com.example.stall" in spec.architecture.notes[0]
    assert "SecretKey" not in spec.architecture.notes[0]
    assert "languages en, pt-br" in spec.architecture.notes[0]
    told = "\n".join(spec.notes)
    for left in ("dto * with mapstruct", "service * with", "filter *", "@changelogDate", "photo"):
        assert left in told, left
    assert "1 deployments" in told


def test_a_name_that_is_given_wins():
    assert read("entity A", name="Mine").project.name == "Mine"
    assert read("entity A").project.name == "Imported model"
    assert read("").entities == []


@pytest.mark.parametrize(
    ("text", "relations"),
    [
        (
            "relationship OneToMany { A to B }",
            {"B": [("a", "many_to_one", "A", False, "b")]},
        ),
        (
            "relationship OneToMany { A{bs required} to B }",
            {"B": [("a", "many_to_one", "A", False, "bs")]},
        ),
        (
            "relationship ManyToOne { A to B{as} }",
            {"A": [("b", "many_to_one", "B", False, "as")]},
        ),
        (
            "relationship OneToOne { A to B{a} }",
            {"B": [("a", "one_to_one", "A", False, None)]},
        ),
        (
            "relationship OneToOne { A{b} to B{a required} }",
            {"B": [("a", "one_to_one", "A", True, "b")]},
        ),
        (
            "relationship ManyToMany { A{b(x) required} to B{a} }",
            {"A": [("b", "many_to_many", "B", True, "a")]},
        ),
        (
            "relationship ManyToMany { A to A }",
            {"A": [("a", "many_to_many", "A", False, None)]},
        ),
        (
            "relationship OneToMany { @holds A{bs} to B{a} }",
            {"A": [("bs", "one_to_many", "B", False, "a")]},
        ),
        (
            "relationship OneToOne { A{b} to B } relationship ManyToOne { A{c} to B, B{a} to A }",
            {
                "A": [
                    ("b", "one_to_one", "B", False, None),
                    ("c", "many_to_one", "B", False, None),
                ],
                "B": [("a", "many_to_one", "A", False, None)],
            },
        ),
    ],
)
def test_who_holds_a_relation(text: str, relations: dict[str, object]):
    spec = read(f"entity A {{ x String }} entity B {{ x String }} {text}")
    assert _relations(spec) == relations
    assert RelationKind.ONE_TO_MANY.value == "one_to_many"


def test_a_key_is_left_out_and_told():
    spec = read("entity A { @Id id Long, x String }")
    assert [field.name for field in spec.entities[0].fields] == ["x"]
    assert spec.notes == ["Left out of the JDL: A.id, since every record has an id of its own."]
    kept = read('entity A { @name("id") id Long }')
    assert [field.name for field in read(write(kept)).entities[0].fields] == ["id"]


def test_what_cannot_be_kept_is_told():
    spec = read("entity A entity B relationship ManyToOne { A{b} to B{as required} }")
    assert spec.notes == ["Left out of the JDL: B requires A by `as`."]


_A = "entity A { x String }\n"

ERRORS = [
    ("entity", 1, 7, "the name of an entity, not the end"),
    ("entity A {", 1, 11, "entity 'A' is never closed"),
    ("entiy A {}", 1, 1, "did you mean `entity`?"),
    ("frobnicate", 1, 1, "begins no statement"),
    ("entity A { x Strin }", 1, 14, "unknown type 'Strin'; did you mean 'String'?"),
    ("entity A {\n  x String min(3)\n}", 2, 12, "`min` is not for the type String"),
    ("entity A { x Integer minlength(3) }", 1, 22, "it takes required, unique, min, max"),
    ("entity A { x String minlength(foo) }", 1, 31, "no constant 'foo'"),
    ("entity A { x String minlength() }", 1, 31, "takes a number, not ')'"),
    ("entity A { x String pattern(abc) }", 1, 29, "a regular expression between slashes"),
    ("entity A { x String, x Long }", 1, 22, "the field 'x' is taken since line 1"),
    ("entity A {}\nenum A { X }", 2, 6, "the name 'A' is taken since line 1"),
    ("enum E { }", 1, 10, "has no value"),
    ("enum E { A, A }", 1, 13, "the value 'A' is taken"),
    ("enum E { A ( }", 1, 14, "empty label"),
    (f"{_A}relationship OneToSome {{ A to A }}", 2, 14, "no kind of relationship"),
    (f"{_A}relationship OneToOne {{ A to Bee }}", 2, 30, "there is no entity 'Bee'"),
    (f"{_A}relationship OneToOne {{ A A }}", 2, 27, "needs 'to' here"),
    (f"{_A}relationship OneToOne {{ A{{x}} to A }}", 2, 25, "two fields or relations called"),
    (f"{_A}relationship OneToOne {{ A{{b(y)}} to A }}", 2, 29, "has no field 'y'"),
    (f"{_A}paginate B with pagination", 2, 10, "there is no entity 'B'"),
    (f"{_A}paginate with", 2, 10, "no entity 'with'"),
    ("/* never", 1, 1, "the comment is never closed"),
    ('entity A { @b("x) y String }', 1, 15, "never closed"),
    ("entity A { x String } §", 1, 23, "'§' is no part of JDL"),
    ("application { config {", 1, 15, "the block of `config` is never closed"),
    ("application { config { a [", 1, 24, "the list of `a` is never closed"),
    ("deployment { {", 1, 1, "never closed"),
    ("MOST = many", 1, 8, "is a number"),
    ("@a(", 1, 4, "takes a text, a name or a number"),
    ("entity A { x String / y }", 1, 21, "a comment begins with `//`"),
    ("@lifeCycle(x) @initialState(y) @transitions(z) entity A", 1, 55, "no transition"),
    (f"entity {'A' * 81}", 1, 8, "cannot be taken over"),
]


@pytest.mark.parametrize(("text", "line", "column", "said"), ERRORS)
def test_an_error_says_where_and_what(text: str, line: int, column: int, said: str):
    with pytest.raises(JdlError) as caught:
        read(text)
    assert (caught.value.line, caught.value.column) == (line, column), caught.value.detail
    assert said in caught.value.detail
    assert caught.value.detail.startswith(f"Line {line}, column {column}: ")
    assert caught.value.errors[0]["line"] == line


@pytest.mark.parametrize(
    ("said", "database", "notes"),
    [
        ("prodDatabaseType mysql", "mysql", 1),
        ("databaseType mongodb", "mongodb", 1),
        ("prodDatabaseType postgresql", "postgresql", 0),
        ("databaseType sql", "sqlite", 0),
        ("databaseType no", "no", 0),
        ("", "sqlite", 0),
    ],
)
def test_another_database_is_noted(said: str, database: str, notes: int):
    spec = read(f"application {{ config {{ baseName shop {said} }} }} entity A {{ x String }}")
    assert spec.architecture.database == database
    assert sum("SQLite and PostgreSQL" in note for note in spec.notes) == notes


def test_too_much_is_refused():
    with pytest.raises(TooLarge, match="1001 entities; at most 1000"):
        read("\n".join(f"entity A{n}" for n in range(1001)))
    with pytest.raises(JdlError, match="at most 2000000"):
        read(" " * 2_000_001)


def test_deep_and_long_text_ends():
    with pytest.raises(JdlError, match="never closed"):
        read("deployment " + "{" * 500_000)
    assert read("/** x */ " * 50_000).entities == []
    large = "\n".join(f"entity A{n} {{ x String, y Integer min(1) }}" for n in range(1_000))
    assert len(read(large).entities) == 1_000
