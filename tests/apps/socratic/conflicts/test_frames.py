"""Forms in which requirements are put, and what they say without them."""

import pytest

from menon.apps.socratic.conflicts.frames import framed


class TestStories:
    @pytest.mark.parametrize(
        ("story", "said"),
        [
            ("As a cook I want to see the menu so that I can shop", "cook can see the menu"),
            (
                "As an editor, I would like to delete my drafts",
                "editor can delete their own drafts",
            ),
            ("As a guest I can't cancel a booking", "guest can't cancel a booking"),
            (
                "As a tenant I want the system to remind me of the rent",
                "the system must remind the tenant of the rent",
            ),
            ("As a coach I want up to 12 people in a course", "up to 12 people in a course"),
            ("As a club we pay 30 euros a month", "we pay 30 euros a month"),
            (
                "As a member I want to be told once I have paid",
                "member can be told once the member have paid",
            ),
        ],
    )
    def test_say_what_somebody_may_or_wants(self, story: str, said: str):
        assert framed(story) == said

    @pytest.mark.parametrize(
        "plain",
        [
            "As soon as we have the data I want to see it", "As far as I know, it is free",
            "As the product owner I want two weeks", "We want to see the menu",
        ],
    )  # fmt: skip
    def test_are_no_other_sentences(self, plain: str):
        assert framed(plain) == plain


class TestScenarios:
    @pytest.mark.parametrize(
        ("scenario", "said"),
        [
            (
                "Given a guest, when she opens the cart, then she can empty it",
                "when the guest opens the cart, the guest can empty it",
            ),
            (
                "Given a late order, when it is paid, then it is sent",
                "when a late order and it is paid, it is sent",
            ),
            ("When a seat is free, then it is green", "when a seat is free, it is green"),
        ],
    )
    def test_have_the_given_as_condition(self, scenario: str, said: str):
        assert framed(scenario) == said


class TestRules:
    @pytest.mark.parametrize(
        ("rule", "said"),
        [
            ("The system must allow only admins to delete it", "only admins may delete it"),
            ("The app must not let guests to pay", "guests may not pay"),
            (
                "The site must not show prices to guests until they log in",
                "guests may not see prices until they log in",
            ),
            ("It must be possible for nurses to edit it", "nurses can edit it"),
            ("Acceptance criterion: it takes a second", "it takes a second"),
        ],
    )
    def test_name_who_may(self, rule: str, said: str):
        assert framed(rule) == said
