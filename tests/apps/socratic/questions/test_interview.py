import json
from typing import Any

import pytest
from bench.socratic.dialogues import held, understood
from bench.socratic.respondents import CLINIC, LIBRARIAN, RESPONDENTS, SHOP
from bench.socratic.strangers import KIOSK, WEDDINGS, Stranger

from menon.apps.socratic.questions.interview import (
    answer,
    assume_rest,
    begin,
    coverage,
    next_question,
    remaining,
    statements,
)
from menon.apps.socratic.questions.measure import ConflictRef, enough
from menon.apps.socratic.questions.roles import Role
from menon.apps.socratic.questions.state import Interview, Mode, Question, Status
from menon.apps.socratic.questions.understanding import several
from menon.core.errors import InvalidInput

MODES: tuple[Mode, ...] = ("sequential", "custom", "dynamic")


def ask(slot: str, *more: str, **given: Any) -> Question:
    """A question about slots that no bank has."""
    slots = (slot, *more)
    return Question(id=f"test.{slot}", role=Role.DEVELOPER, slots=slots, text="?", **given)


def told(interview: Interview, slot: str, text: str, **given: Any) -> Interview:
    """The interview after an answer about one slot."""
    key = f"T{len(interview.asked) + 1}"
    return answer(interview, ask(slot), text, answer_id=key, **given).interview


@pytest.fixture
def library() -> Interview:
    made = told(begin("dynamic", name="Library"), "goal.actors", "members, librarians")
    return told(made, "data.entities", "Book: title, isbn unique; Loan: due date")


class TestBeginning:
    def test_each_mode_has_its_roles(self):
        assert [len(begin(mode, name="x").roles) for mode in MODES] == [3, 1, 2]
        assert begin("custom", ["tester", "ux_designer"], name="x").roles == (
            Role.QA_TESTER,
            Role.DESIGNER,
        )

    @pytest.mark.parametrize(
        ("mode", "roles", "name"),
        [("loud", None, "x"), ("custom", ["king"], "x"), ("dynamic", None, " \x00 ")],
    )
    def test_bad_input_is_refused(self, mode: str, roles: list[str] | None, name: str):
        with pytest.raises(InvalidInput):
            begin(mode, roles, name=name)

    def test_a_description_is_half_an_answer_and_technologies_are_whole_ones(self):
        made = begin("dynamic", name="x", description="Lend", technologies=["Python", "Postgres"])
        assert made.status("goal.problem") is Status.PARTIAL
        assert made.value("architecture.database") == "postgresql"
        assert made.value("architecture.languages") == ["Python"]


class TestDialogues:
    @pytest.mark.parametrize("mode", MODES)
    def test_every_mode_comes_to_an_end_with_enough(self, mode: Mode):
        dialogue = held(LIBRARIAN, mode)
        assert enough(dialogue.interview)
        assert len({one.question.id for one in dialogue.interview.asked}) == dialogue.questions

    @pytest.mark.parametrize("mode", MODES)
    def test_the_same_answers_get_the_same_questions_also_from_json(self, mode: Mode):
        first = held(SHOP, mode).interview
        again = begin(mode, name=SHOP.project)
        for one in first.asked:
            again = Interview.loaded(json.loads(json.dumps(again.dumped())))
            question = next_question(again, limit=250)
            assert question is not None
            assert question == one.question
            again = answer(
                again, question, one.text, answer_id=one.answer_id, respondent=SHOP.name
            ).interview
        assert again == first

    @pytest.mark.parametrize("respondent", RESPONDENTS, ids=lambda one: one.name)
    def test_dynamic_needs_few_questions_and_a_quarter_less(self, respondent: Any):
        dynamic, sequential = held(respondent, "dynamic"), held(respondent, "sequential")
        assert dynamic.covered >= 0.9
        assert dynamic.questions <= 25
        assert dynamic.questions <= 0.75 * sequential.questions

    def test_the_limit_ends_it_and_the_rest_is_assumed(self):
        dialogue = held(CLINIC, "dynamic", limit=5)
        assert dialogue.questions == 5
        rest = assume_rest(dialogue.interview)
        assert rest.status("delivery.backup") is Status.ASSUMED
        assert coverage(rest) > coverage(dialogue.interview)
        assert len(remaining(rest)) < len(remaining(dialogue.interview))

    def test_sequential_hears_one_role_after_another(self):
        asked = [one.question.role for one in held(LIBRARIAN, "sequential").interview.asked]
        assert asked[0] is Role.PROJECT_MANAGER
        assert Role.TECHNICAL_LEAD in asked

    def test_custom_follows_up_its_last_question(self):
        made = begin("custom", ["business_analyst"], name="x")
        first = next_question(made)
        assert first is not None
        made = answer(made, first, "Paper gets lost.", answer_id="A1").interview
        second = next_question(made)
        assert second is not None
        assert (first.id, second.id) == ("business_analyst.problem", "business_analyst.actors")


class TestAnswers:
    def test_do_not_know_records_an_assumption_with_the_default(self, library: Interview):
        made = told(library, "quality.latency", "don't know")
        assert made.status("quality.latency") is Status.ASSUMED
        assert made.value("quality.latency")["seconds"] == 0.5

    def test_not_applicable_leaves_the_count_but_never_a_blocking_slot(self, library: Interview):
        made = told(library, "delivery.ci", "not applicable")
        assert made.status("delivery.ci") is Status.NOT_APPLICABLE
        assert told(library, "behaviour.stories", "n/a").status("behaviour.stories") is (
            Status.ASSUMED
        )

    def test_what_is_not_read_stays_word_for_word(self, library: Interview):
        words = "Somewhere between the moon and Tuesday."
        made = answer(library, ask("plan.budget"), words, answer_id="A9")
        assert made.notes == (words,)
        assert made.interview.status("plan.budget") is Status.PARTIAL
        assert made.interview.known["plan.budget"].text == words
        assert made.interview.asked[-1].text == words

    def test_several_slots_are_filled_from_one_line(self, library: Interview):
        question = ask("quality.latency", "quality.concurrency", "quality.availability")
        made = answer(
            library, question, "99.9 % uptime, p95 under 200 ms and 300 users", answer_id="A"
        )
        values = [made.interview.value(slot) for slot in question.slots]
        assert [values[0]["seconds"], values[1]["count"], values[2]["percent"]] == [0.2, 300, 99.9]
        assert made.notes == ()

    def test_other_slots_are_overheard(self, library: Interview):
        made = told(
            library, "goal.problem", "Cards get lost. It must be ready in 6 weeks. No mobile app."
        )
        assert made.value("plan.deadline")["days"] == 42
        assert made.value("goal.outside") == ["mobile app"]

    def test_an_offer_is_accepted_amended_or_refused(self, library: Interview):
        question = ask("delivery.ci", "delivery.backup", "delivery.secrets", kind="accept")
        yes = answer(library, question, "yes, but backups weekly", answer_id="A").interview
        assert yes.value("delivery.backup")["unit"] == "weeks"
        assert yes.value("delivery.secrets") == "environment"
        no = answer(library, question, "no", answer_id="A").interview
        assert no.status("delivery.secrets") is Status.PARTIAL

    def test_one_answer_for_all_entities(self, library: Interview):
        asked = {one.id: one for one in remaining(told(library, "behaviour.stories", "as a "
                 "member I want to read books"))}  # fmt: skip
        kept = asked["business_analyst.retention"]
        made = answer(library, kept, "loans 2 years, the others forever", answer_id="A").interview
        assert made.value("data.entity[Loan].retention")["amount"] == 2
        assert made.status("data.entity[Book].retention") is Status.CLEAR
        owned = answer(library, asked["developer.owned"], "only loans", answer_id="A").interview
        assert owned.value("data.entity[Loan].owned") is True
        assert owned.value("data.entity[Book].owned") is False

    def test_the_surer_respondent_wins_and_both_stay_in_the_record(self, library: Interview):
        made = told(library, "plan.deadline", "in 2 weeks", respondent="ann", confidence=5)
        made = told(made, "plan.deadline", "at least 6 weeks", respondent="bob", confidence=2)
        assert made.value("plan.deadline")["days"] == 14
        said = [one for one in statements(made) if one.slot == "plan.deadline"]
        assert [one.text for one in said] == ["in 2 weeks", "at least 6 weeks"]
        assert [one.value for one in said] == [
            {"value": 14.0, "unit": "days"},
            {"value": 42.0, "unit": "days"},
        ]
        later = told(made, "plan.deadline", "in 8 weeks", respondent="bob", confidence=5)
        assert later.value("plan.deadline")["days"] == 56

    @pytest.mark.parametrize("confidence", [0, 6])
    def test_the_confidence_has_bounds(self, library: Interview, confidence: int):
        with pytest.raises(InvalidInput):
            answer(library, ask("plan.team"), "2", answer_id="A", confidence=confidence)


class TestConflicts:
    CONFLICT = ConflictRef(
        id="c1",
        why="Two weeks are less than six.",
        resolutions=(("keep:a", "Keep two weeks"), ("keep:b", "Keep six weeks")),
        slots=("plan.deadline",),
    )

    def test_dynamic_asks_first_and_remembers_the_way_out(self, library: Interview):
        question = next_question(library, open_conflicts=[self.CONFLICT])
        assert question is not None
        assert question.kind == "resolution"
        made = answer(library, question, "Keep six weeks", answer_id="A").interview
        assert made.resolved == {"c1": "keep:b"}
        before = [one.id for one in statements(library)]
        assert [one.id for one in statements(made)] == before, "a decision says nothing new"
        after = next_question(made, open_conflicts=[self.CONFLICT])
        assert after is not None
        assert after.kind != "resolution"

    def test_an_open_hard_conflict_keeps_it_going(self):
        done = held(LIBRARIAN, "sequential").interview
        assert next_question(done, limit=250) is None
        question = next_question(done, limit=250, open_conflicts=[self.CONFLICT])
        assert question is not None


class TestHostile:
    @pytest.mark.parametrize(
        "text",
        ["", " ", "\x00\x01\x1b[31m", "\ud800", "a" * 100_000, "(" * 50_000, "\u202eevil\u0000"],
        ids=["empty", "space", "control", "surrogate", "long", "brackets", "bidi"],
    )
    def test_every_kind_of_question_survives(self, library: Interview, text: str):
        made = library
        for question in remaining(library):
            made = answer(made, question, text, answer_id="A").interview
        json.dumps(made.dumped()).encode()
        assert "\x00" not in json.dumps(made.dumped(), ensure_ascii=False)

    @pytest.mark.parametrize(
        "data",
        [
            {},
            {"mode": "dynamic"},
            {"mode": "dynamic", "roles": [], "name": "x", "known": {"z": {}}},
        ],
    )
    def test_json_that_is_no_interview_is_refused(self, data: dict[str, Any]):
        with pytest.raises(InvalidInput):
            Interview.loaded(data)


def test_twenty_entities_need_no_question_for_each_of_their_slots():
    text = "; ".join(f"Thing{n}: name, price > 0, note" for n in range(20))
    made = told(begin("dynamic", name="Big"), "data.entities", text)
    assert len(made.entities()) == 20
    made = told(made, "behaviour.stories", "As a user I want to see things")
    (kept,) = [one for one in remaining(made) if one.id == "developer.keeping"]
    assert len(kept.slots) == 80
    made = answer(made, kept, "yes", answer_id="A").interview
    assert all(made.status(slot) is Status.CLEAR for slot in kept.slots)


class Compared(str):
    """The name of a slot that counts how often it is compared."""

    __slots__ = ()
    times = 0

    def __eq__(self, other: object) -> bool:
        Compared.times += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


def comparisons(pieces: int) -> int:
    slots = [Compared(slot) for slot in ("architecture.database", "architecture.forbidden")]
    Compared.times = 0
    several(slots, "a (b,c), " * pieces, begin("dynamic", name="x"))
    return Compared.times


def test_the_work_on_an_answer_grows_with_its_length():
    # The counts of slots and of what nobody reads stay the same; the pieces alone double.
    assert comparisons(400) <= 2.5 * comparisons(200)


@pytest.mark.parametrize("stranger", [KIOSK, WEDDINGS], ids=lambda one: one.name)
def test_slang_and_stories_are_understood(stranger: Stranger):
    dialogue = held(stranger, "dynamic", limit=25)
    right, wrong = understood(dialogue, stranger)
    assert (len(right), wrong) == (len(stranger.means), [])
    assert dialogue.covered > 0.85
