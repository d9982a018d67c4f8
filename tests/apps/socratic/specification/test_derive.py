import pytest
from bench.socratic.dialogues import held
from bench.socratic.respondents import CLINIC, LIBRARIAN, RESPONDENTS, Respondent

from menon.apps.socratic.questions.interview import answer, assume_rest, begin
from menon.apps.socratic.questions.roles import Role
from menon.apps.socratic.questions.state import Interview, Question
from menon.apps.socratic.specification import Specification
from menon.apps.socratic.specification.data import FieldType, RelationKind
from menon.apps.socratic.specification.derive import derive
from menon.apps.socratic.specification.deriving.behaviour import theirs


def told(interview: Interview, slot: str, text: str) -> Interview:
    question = Question(id=f"t.{slot}", role=Role.DEVELOPER, slots=(slot,), text=slot)
    key = f"T{len(interview.asked) + 1}"
    return answer(interview, question, text, answer_id=key).interview


def whole(spec: Specification) -> None:
    """Every name that a part of a specification uses is one that it defines."""
    names = {one.name for one in spec.entities}
    actors = {one.name for one in spec.actors}
    enums = {one.name: one.values for one in spec.enums}
    assert names
    for entity in spec.entities:
        own = [one.name for one in (*entity.fields, *entity.relations)]
        assert own
        assert len(own) == len(set(own))
        for one in entity.fields:
            assert one.type is not FieldType.ENUM or one.enum in enums
        assert {one.target for one in entity.relations} <= names
        if entity.life_cycle:
            field = next(one for one in entity.fields if one.name == entity.life_cycle.field)
            states = {one.source for one in entity.life_cycle.transitions}
            assert field.enum is not None
            assert states <= set(enums[field.enum])
    assert {one.entity for one in spec.permissions} <= names | {"*"}
    assert {one.actor for one in spec.permissions} <= actors
    assert {one.story.actor for one in spec.features if one.story} <= actors
    assert len({one.id for one in spec.features}) == len(spec.features)
    assert spec.features


class TestDialogues:
    @pytest.mark.parametrize("respondent", RESPONDENTS, ids=lambda one: one.name)
    def test_a_whole_specification_from_every_dialogue(self, respondent: Respondent):
        spec = derive(held(respondent, "dynamic").interview)
        whole(spec)
        assert len(spec.entities) >= 3
        assert spec.permissions
        assert spec.nfr
        assert Specification.model_validate_json(spec.model_dump_json()) == spec
        asked = {one.id for one in spec.clarifications}
        for one in (*spec.features, *spec.permissions, *spec.nfr):
            assert one.source in asked | {"default"}

    @pytest.mark.parametrize("mode", ["sequential", "custom"])
    def test_the_other_modes_give_the_same_data(self, mode: str):
        dynamic = derive(held(LIBRARIAN, "dynamic").interview)
        other = derive(held(LIBRARIAN, "custom" if mode == "custom" else "sequential").interview)
        whole(other)
        assert [one.name for one in other.entities] == [one.name for one in dynamic.entities]

    def test_a_state_that_was_listed_is_the_enum(self):
        spec = derive(held(CLINIC, "dynamic").interview)
        (enum,) = [one for one in spec.enums if "cancelled" in one.values]
        assert enum.values == ["booked", "done", "cancelled"]


class TestShortInterviews:
    @pytest.mark.parametrize(
        "description", ["", "Rent a bike and a helmet", "\u4e16\u754c", "x" * 9_000]
    )
    def test_nothing_but_a_name_is_enough(self, description: str):
        made = begin("dynamic", name="Rental", description=description)
        whole(derive(made))
        whole(derive(assume_rest(made)))

    def test_stories_alone_tell_what_is_kept(self):
        made = told(
            begin("dynamic", name="Rental"),
            "behaviour.stories",
            "As a rider I want to rent a bike. As a rider I want to return the bike",
        )
        spec = derive(made)
        assert "Bike" in {one.name for one in spec.entities}
        assert any(one.slot == "data.entities" for one in spec.assumptions)


class TestData:
    def test_a_field_that_is_called_like_an_entity_is_a_reference(self):
        made = told(
            begin("dynamic", name="x"), "data.entities", "Loan: book, due date; Book: title"
        )
        loan = derive(made).entities[0]
        assert [(one.name, one.target) for one in loan.relations] == [("book", "Book")]
        assert [one.name for one in loan.fields] == ["due_date"]

    def test_two_entities_never_wait_for_each_other(self):
        made = told(
            begin("dynamic", name="x"),
            "data.entities",
            "A1: name; B1: name. A1 belongs to B1. B1 belongs to A1",
        )
        spec = derive(made)
        required = [one.required for entity in spec.entities for one in entity.relations]
        assert sorted(required) == [False, True]
        assert any("wait for each other" in one.text for one in spec.assumptions)

    def test_many_on_both_sides_is_many_to_many_once(self):
        made = told(
            begin("dynamic", name="x"),
            "data.entities",
            "Post: title; Tag: name. Post has many Tags. Tag has many Posts",
        )
        found = [one.kind for entity in derive(made).entities for one in entity.relations]
        assert found == [RelationKind.MANY_TO_MANY]

    def test_a_life_cycle_becomes_a_required_field_with_a_default(self):
        made = told(begin("dynamic", name="x"), "data.entities", "Order: number unique")
        made = told(made, "data.entity[Order].life_cycle", "new -> paid -> sent by clerk")
        spec = derive(made)
        order = spec.entities[0]
        status = next(one for one in order.fields if one.name == "status")
        assert (status.required, status.default) == (True, "new")
        assert order.life_cycle is not None
        assert "clerk" in {one.name for one in spec.actors}


class TestBehaviour:
    def test_a_rule_goes_to_the_story_that_it_speaks_of(self):
        made = told(
            begin("dynamic", name="x"),
            "behaviour.stories",
            "As a member I want to borrow a book. As a clerk I want to print labels",
        )
        made = told(
            made,
            "behaviour.workflows",
            "When a member borrows a book, the system shall note the date. "
            "If the disk is full, then the system shall refuse uploads.",
        )
        spec = derive(made)
        assert [one.id for one in spec.features] == ["FR-001", "FR-002", "FR-003"]
        assert len(spec.features[0].ears) == 2
        assert spec.features[2].ears == [
            "If the disk is full, then the system shall refuse uploads."
        ]

    def test_what_was_not_understood_is_a_note_in_full(self):
        words = "frobnicate " * 3_000
        made = told(begin("dynamic", name="x"), "plan.budget", words)
        notes = derive(made).notes
        assert "".join(notes).count("frobnicate") >= 3_000


@pytest.mark.parametrize(
    ("want", "told"),
    [
        ("keep my records", "keep their records"),
        ("see what I've booked for myself", "see what they have booked for themselves"),
        ("send us our bills", "send them their bills"),
        ("ship to the US over fast I/O", "ship to the US over fast I/O"),
        ("list mines and measures", "list mines and measures"),
    ],
)
def test_what_somebody_wants_is_told_by_another(want: str, told: str):
    assert theirs(want) == told
