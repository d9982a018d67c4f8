"""JDL that is written reads back as the same entities and enumerations."""

import re
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.apps.socratic.specification.shop import shop

from menon.apps.socratic.specification import Specification
from menon.apps.socratic.specification.data import FieldType, OnDelete, RelationKind
from menon.apps.socratic.specification.jdl import read, write
from menon.apps.socratic.specification.jdl.packing import (
    documented,
    packed,
    packed_default,
    unpacked,
    unpacked_default,
)

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*")


def test_the_shop_as_jdl():
    assert (
        write(shop())
        == """\
// Corner shop

enum OrderState {
  /** @value draft */ DRAFT ("Not yet paid"),
  /** @value paid */ PAID,
  /** @value sent */ SENT
}

/** What is sold. */
@display("title")
entity Book {
  title String required maxlength(200),
  isbn String unique pattern(/^\\d{13}$/),
  @above("0") price BigDecimal required,
  @defaultValue("0") stock Integer min(0) max(9999),
  @format("email") contact String
}

@owned
@lifeCycle("state")
@initialState("draft")
@transitions("draft > paid, paid > sent > clerk")
entity Order {
  @name("placed_at") placedAt Instant required,
  @defaultValue("draft") state OrderState
}

relationship ManyToMany {
  Order{books(title)} to Book{orders}
}

paginate Book, Order with pagination
search Book with elasticsearch
"""
    )


def test_the_shop_comes_back():
    again = read(write(shop()))
    assert again.entities == shop().entities
    assert again.enums == shop().enums


def test_a_relation_may_be_called_as_a_field_is_written():
    link = {"name": "a", "target": "N", "kind": "many_to_one"}
    field = {"name": "A", "type": "string"}
    document = {
        "project": {"name": "P"},
        "entities": [{"name": "N", "fields": [field], "relations": [link]}],
    }
    spec = Specification.model_validate(document)
    assert read(write(spec)).entities == spec.entities


_TEXT = st.text(min_size=1, max_size=30).map(str.strip).filter(bool)
_LINE = st.one_of(st.just(""), _TEXT, st.sampled_from(["*/", "a\n@name x", "* a", "%41", '"']))
_NUMBER = st.one_of(st.integers(-(10**12), 10**12), st.floats(-1e15, 1e15))


def _unique(size: int) -> st.SearchStrategy[list[str]]:
    return st.lists(_TEXT, min_size=1, max_size=size, unique=True)


@st.composite
def _field(draw: st.DrawFn, name: str, enums: dict[str, list[str]]) -> dict[str, Any]:
    kind = draw(st.sampled_from([kind for kind in FieldType if enums or kind != FieldType.ENUM]))
    made: dict[str, Any] = {
        "name": name,
        "type": kind,
        "required": draw(st.booleans()),
        "unique": draw(st.booleans()),
        "description": draw(_LINE),
        "source": draw(_LINE),
    }
    if kind in {FieldType.INTEGER, FieldType.DECIMAL, FieldType.FLOAT}:
        for limit in ("min", "max", "above", "below"):
            made[limit] = draw(st.one_of(st.none(), _NUMBER))
        made["default"] = draw(st.one_of(st.none(), _NUMBER))
    elif kind in {FieldType.STRING, FieldType.TEXT, FieldType.EMAIL, FieldType.URL}:
        made["min_length"] = draw(st.one_of(st.none(), st.integers(0, 9)))
        made["max_length"] = draw(st.one_of(st.none(), st.integers(1, 99)))
        made["pattern"] = draw(st.one_of(st.none(), _LINE, st.sampled_from(["a/b", r"\/", "\\"])))
        made["default"] = draw(st.one_of(st.none(), _LINE, st.sampled_from(["5", "json:1"])))
    elif kind is FieldType.BOOLEAN:
        made["default"] = draw(st.one_of(st.none(), st.booleans()))
    elif kind is FieldType.ENUM:
        made["enum"] = draw(st.sampled_from(sorted(enums)))
        made["default"] = draw(st.one_of(st.none(), st.sampled_from(enums[made["enum"]])))
    return made


@st.composite
def _specification(draw: st.DrawFn) -> Specification:
    names = draw(_unique(6))
    count = draw(st.integers(1, len(names)))
    entities, enums = names[:count], {name: draw(_unique(4)) for name in names[count:]}
    made: list[dict[str, Any]] = []
    for name in entities:
        inside = draw(_unique(6))
        split = draw(st.integers(0, len(inside)))
        fields = [draw(_field(each, enums)) for each in inside[:split]]
        relations = [
            {
                "name": each,
                "target": draw(st.sampled_from(entities)),
                "kind": draw(st.sampled_from(RelationKind)),
                "required": draw(st.booleans()),
                "inverse": draw(st.one_of(st.none(), _TEXT)),
                "on_delete": draw(st.sampled_from(OnDelete)),
                "description": draw(_LINE),
                "source": draw(_LINE),
            }
            for each in inside[split:]
        ]
        made.append(
            {
                "name": name,
                "plural": draw(st.one_of(st.none(), _TEXT)),
                "description": draw(_LINE),
                "fields": fields,
                "relations": relations,
                "display": fields[0]["name"] if fields and draw(st.booleans()) else None,
                "life_cycle": draw(_life()),
                "retention_days": draw(st.one_of(st.none(), st.integers(1, 99))),
                "volume": draw(st.one_of(st.none(), st.integers(0, 99))),
                "source": draw(_LINE),
                **{key: draw(st.booleans()) for key in ("owned", "soft_delete")},
                **{key: draw(st.booleans()) for key in ("search", "paginate")},
            }
        )
    listed = [
        {
            "name": name,
            "values": values,
            "labels": {value: draw(_TEXT) for value in values if draw(st.booleans())},
            "description": draw(_LINE),
        }
        for name, values in enums.items()
    ]
    document = {"project": {"name": draw(_TEXT)}, "entities": made, "enums": listed}
    return Specification.model_validate(document)


def _life() -> st.SearchStrategy[Any]:
    step = st.fixed_dictionaries(
        {"source": _TEXT, "target": _TEXT, "by": st.lists(_TEXT, max_size=2)}
    )
    life = {"field": _TEXT, "initial": _TEXT, "transitions": st.lists(step, max_size=3)}
    return st.one_of(st.none(), st.fixed_dictionaries(life))


@given(spec=_specification())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_written_reads_back(spec: Specification):
    text = write(spec)
    again = read(text)
    assert again.entities == spec.entities, text
    assert again.enums == spec.enums, text
    for name in re.findall(r"^(?:entity|enum) (\S+)", text, re.MULTILINE):
        assert _NAME.fullmatch(name)
        assert name[0].isupper()


@given(text=st.text())
def test_texts_are_packed_into_one_line(text: str):
    assert unpacked(packed(text)) == text
    assert not re.search(r'["\n\r\x00]', packed(text))
    comment = documented(text)
    assert comment is None or comment.count("*/") == 1


@given(
    value=st.one_of(
        st.text(),
        st.integers(),
        st.booleans(),
        st.floats(allow_nan=False).filter(lambda number: abs(number) != float("inf")),
    ),
    kind=st.sampled_from(FieldType),
)
def test_defaults_keep_their_type(value: str | float | bool, kind: FieldType):
    found = unpacked_default(packed_default(value, kind), kind)
    assert (type(found), found) == (type(value), value)
