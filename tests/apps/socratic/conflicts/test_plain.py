"""Contradictions in the plainest words, and what only looks like one."""

import pytest
from tests.apps.socratic.conflicts.test_wordings import found

PLAIN = (
    ("The tide table is priority 1.", "The tide table is priority 5."),
    ("Acceptance tests start on 4 May 2030.", "Acceptance tests must be over by 20 April 2030."),
    ("The project budget is 90,000 euros.", "Hardware costs 50,000 euros.",
     "Software costs 45,000 euros."),
    ("The hosting costs are capped at 9,000 francs per year.",
     "Hosting costs 1,200 francs every month."),
    ("A cabin has exactly one renter.", "A cabin can contain up to four renters."),
    ("The data must stay within Germany.", "The data is hosted on AWS in the United States."),
    ("Berths can be released at any time.", "Berths cannot be released after mooring."),
    ("Trainers may not change scores after the final.", "Trainers can change scores at any time."),
    ("Rates include tax.", "Rates are shown without tax."),
    ("Notes are checked before they appear.", "Notes appear immediately without a check."),
    ("Nurses only see their own rosters.", "All nurses can see all rosters."),
    ("No mobile app will be built.", "Skippers use the iOS app."),
)  # fmt: skip
BESIDE = (
    ("The tide table is priority 1.", "The wind map is priority 5."),
    ("Acceptance tests start on 4 May 2030.", "Acceptance tests must be over by 20 June 2030."),
    ("The project budget is 99,000 euros.", "Hardware costs 50,000 euros.",
     "Software costs 45,000 euros."),
    ("The hosting costs are capped at 9,000 francs per year.",
     "Hosting costs 700 francs every month."),
    ("A cabin has exactly one owner.", "A cabin can contain up to four beds."),
    ("Berths can be released at any time before mooring.",
     "Berths cannot be released after mooring."),
    ("Trainers can change scores at any time before the final.",
     "Trainers may not change scores after the final."),
    ("Rates include tax.", "Wholesale fees are shown without tax."),
    ("Notes are checked before they appear.", "Ratings appear immediately without a check."),
    ("Nurses only see their own rosters.", "All head nurses see all rosters."),
    ("No mobile app will be built.", "Skippers use the website."),
)  # fmt: skip


@pytest.mark.parametrize("said", PLAIN)
def test_what_excludes_each_other_is_told(said: tuple[str, ...]):
    assert found(*said)


@pytest.mark.parametrize("said", BESIDE)
def test_what_goes_together_is_not(said: tuple[str, ...]):
    assert not found(*said)
