import pytest

from menon.apps.socratic.questions.interview import answer, begin, next_question, remaining
from menon.apps.socratic.questions.parsers import Context, read
from menon.apps.socratic.questions.parsers.spoken import digits, whole_clauses
from menon.apps.socratic.questions.parsers.stance import Stance, opening, stance
from menon.apps.socratic.questions.roles import Role
from menon.apps.socratic.questions.state import Interview, Question, Status
from menon.apps.socratic.questions.statements import statements


def asked(interview: Interview, text: str, *slots: str, **given: str) -> Interview:
    key = f"A{len(interview.asked) + 1}"
    question = Question.model_validate(
        {"id": f"test.{key}", "role": Role.DEVELOPER, "slots": slots, "text": "?", **given}
    )
    return answer(interview, question, text, answer_id=key).interview


class TestStance:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Well, I guess that is fine with us, thanks.", Stance.AGREES),
            ("Hmm. Sounds reasonable to me!", Stance.AGREES),
            ("no idea, just go with whatever is usual", Stance.TAKES),
            ("I'd use the recommended one, please", Stance.TAKES),
            ("Honestly, I couldn't tell", Stance.UNKNOWN),
            ("We would have to check with our lawyers", Stance.UNKNOWN),
            ("Mr. Okafor will know that", Stance.UNKNOWN),
            ("It's a question for the board", Stance.UNKNOWN),
            ("Hi there, just a moment", Stance.WAITS),
        ],
    )
    def test_sentences_that_tell_nothing(self, text: str, expected: Stance):
        assert stance(text) is expected

    @pytest.mark.parametrize(
        "text",
        [
            "nurses, doctors",
            "Ask the customer for the missing paper, then go on",
            "The manager decides on every order above 500 EUR",
            "fine dining, catering",
            "We cannot say more than 20 words in a message",
            "yes, but weekly",
            "",
            "x" * 100_000,
        ],
    )
    def test_what_tells_something_is_left_to_the_parsers(self, text: str):
        assert stance(text) is None or not text

    def test_an_agreement_may_open_an_answer(self):
        assert opening("Sure, that's fine, but backups every week") == (
            Stance.AGREES,
            "backups every week",
        )
        assert opening("weekly") == (None, "weekly")


class TestNumbersAsPeopleSayThem:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("three and a half grand", "3500"),
            ("two hundred and twelve users", "212 users"),
            ("thirty-five weeks", "35 weeks"),
            ("half a million records", "500000 records"),
            ("a couple of hundred", "200"),
            ("1.5 million", "1.5 million"),
            ("a grand piano", "a grand piano"),
            ("two developers and a designer", "two developers and a designer"),
        ],
    )
    def test_several_words_are_one_number(self, text: str, expected: str):
        assert digits(text) == expected

    def test_what_is_taken_back_does_not_count(self):
        assert whole_clauses("six people, no wait, four people, in June") == [
            "six people, no wait, four people",
            "in June",
        ]
        read_ = read("count", "six people, no wait, four people", Context(unit="people"))
        assert read_ is not None
        assert read_.value["count"] == 4


class TestWhoSaysWhat:
    def test_a_deferral_is_an_assumption_and_no_value(self):
        held = asked(begin("dynamic", name="x"), "That's for our lawyer to say", "quality.security")
        known = held.known["quality.security"]
        assert known.status is Status.ASSUMED
        assert "lawyer" not in known.shown

    def test_a_proposal_does_not_replace_what_was_said(self):
        held = asked(begin("dynamic", name="x"), "70 users", "quality.concurrency")
        both = ("quality.latency", "quality.concurrency")
        proposal = "p95 under 500 ms, 50 users at once"
        held = asked(held, "as you would suggest", *both, recommended=proposal)
        assert held.value("quality.concurrency")["count"] == 70
        assert held.status("quality.latency") is Status.CLEAR

    def test_own_words_replace_a_proposal_without_a_contradiction(self):
        held = asked(
            begin("dynamic", name="x"), "as recommended", "plan.budget", recommended="20,000 EUR"
        )
        held = asked(held, "Lists get lost. We can spend 7,000 EUR.", "goal.problem")
        assert held.value("plan.budget")["amount"] == 7_000
        assert [one.text for one in statements(held) if one.slot == "plan.budget"] != []
        assert not any("20,000" in one.text for one in statements(held))

    def test_an_answer_to_the_question_before_is_taken_for_it(self):
        held = asked(begin("dynamic", name="x"), "just a second", "data.entities", kind="entities")
        held = asked(held, "Boat: name, seats > 0; Trip: day", "quality.latency", kind="duration")
        assert held.entities() == ("Boat", "Trip")
        assert held.status("quality.latency") is Status.MISSING

    def test_a_question_that_matters_is_asked_once_more(self):
        held, seen = begin("dynamic", name="x"), list[str]()
        while question := next_question(held):
            seen.append(question.id)
            held = answer(held, question, "hold on", answer_id=f"A{len(seen)}").interview
        assert seen.count("business_analyst.problem") == 2
        assert max(map(seen.count, seen)) == 2

    def test_an_entity_that_is_related_to_none_is_asked_about(self):
        held = asked(begin("dynamic", name="x"), "boats, trips", "data.entities")
        slots = ("data.entity[Trip].fields", "data.entity[Trip].relations")
        held = asked(held, "day, length", *slots, kind="fields")
        assert held.status("data.entity[Trip].fields") is Status.CLEAR
        assert held.status("data.entity[Trip].relations") is not Status.CLEAR

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("me and three cooks", ["user", "cook"]),
            ("guests of course, and the waiters at the bar", ["guest", "waiter"]),
            ("pilots, that is Ann and Bo. We are a small airline", ["pilot"]),
        ],
    )
    def test_actors_are_named_without_what_is_said_of_them(self, text: str, names: list[str]):
        reading = read("actors", text, Context())
        assert reading is not None
        assert [one["name"] for one in reading.value][: len(names)] == names
        assert len(reading.value) <= len(names) + 1

    def test_a_story_may_be_a_plain_sentence(self):
        reading = read("stories", "Cooks plan menus", Context())
        assert reading is not None
        assert (reading.value[0]["actor"], reading.value[0]["want"]) == ("cook", "plan menus")
        assert read("stories", "Menus are planned by cooks", Context()) is None
        assert read("stories", "hives, inspections", Context()) is None

    def test_one_clause_may_bound_the_time_of_one_entity(self):
        held = asked(begin("dynamic", name="x"), "boats, trips", "data.entities")
        question = next(one for one in _open(held) if one.id == "developer.keeping")
        held = answer(held, question, "yes, but trips 2 years", answer_id="B").interview
        assert held.value("data.entity[Trip].retention")["seconds"] == 2 * 365 * 86_400
        assert held.value("data.entity[Boat].retention") is None


def _open(interview: Interview) -> list[Question]:
    told = asked(interview, "As a skipper I want to plan a trip", "behaviour.stories")
    return remaining(told)
