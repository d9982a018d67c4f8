"""User stories in words."""

import pytest

from menon.apps.socratic.specification.renderers.stories import reason, teller, wish
from menon.apps.socratic.specification.requirements import Story


@pytest.mark.parametrize(
    ("actor", "want", "benefit", "told"),
    [
        ("user", "to order", "", "As a user I want to order "),
        (
            "admin",
            "order books",
            "I can read",
            "As an admin I want to order books so that I can read",
        ),
        ("editor", "a list", "so that it is seen", "As an editor I want a list so that it is seen"),
        ("clerk", "3 copies", "", "As a clerk I want 3 copies "),
    ],
)
def test_a_story_reads_as_a_sentence(actor: str, want: str, benefit: str, told: str):
    story = Story(actor=actor, want=want, benefit=benefit)
    assert f"{teller(story)} {wish(story)} {reason(story)}" == told
