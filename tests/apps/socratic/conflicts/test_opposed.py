"""Two ways that exclude each other, such as by itself and by hand, and what goes together."""

import pytest
from tests.apps.socratic.conflicts.test_wordings import found

from menon.apps.socratic.conflicts import ConflictType

OPPOSED = (
    ("The lamps switch off automatically.", "The lamps must be switched off manually."),
    (
        "The gate is locked automatically at dusk.",
        "At dusk the gate stays unlocked until the guard locks it.",
    ),
    ("New entries are approved automatically.", "New entries are approved by a moderator."),
    ("There is no automatic renewal of passes.", "Passes renew automatically each spring."),
    ("A deleted note can be restored.", "Once a note is deleted, it cannot be recovered."),
    (
        "Clerks may release parcels without a check.",
        "No parcel may be released by a clerk until there was a check.",
    ),
    ("Only domestic parcels are accepted.", "International parcels are accepted as well."),
    ("The club is for adults only.", "Children need to be able to use the club as well."),
    (
        "Each scanner may cost no more than 50 euros.",
        "The 20 scanners come to 4,000 euros in total.",
    ),
    ("Hosting must be kept under 100 euros a month.", "Yearly hosting costs 6,000 euros."),
    ("We have half a million euros for the project.", "The project will cost EUR 900k."),
    ("Comfort outweighs speed.", "Speed takes precedence over comfort."),
    (
        "The map must be delivered prior to the diary.",
        "The map is built on the diary and needs it.",
    ),
    (
        "The crew must be trained before the ferry sails.",
        "The ferry sails on 4 May 2030.",
        "Crew training takes place from 2 to 20 May 2030.",
    ),
    ("The shelf has to carry up to 300 kg.", "Loads above 200 kg are refused by the shelf."),
    (
        "The hub shall serve 900 parallel users.",
        "The contract limits the hub to 200 concurrent users.",
    ),
    ("The server is written in Go.", "The department only accepts servers written in Ruby."),
    ("Visit notes are kept in MySQL as the database.", "Oracle must be the only database."),
)
BESIDE = (
    ("The lamps go out automatically.", "The heaters must be switched off manually."),
    ("Drafts are stored automatically.", "Nothing is sent unless the author clicks Send."),
    ("The gate is locked automatically at dusk.", "The gate is unlocked at dawn by the guard."),
    ("New entries are approved automatically.", "New events are approved by a moderator."),
    ("A note can be restored for 9 days.", "After 9 days, a note is gone permanently."),
    (
        "Clerks may release parcels without a check.",
        "No refund may be released by a clerk until there was a check.",
    ),
    ("Only domestic parcels are accepted.", "International payments are accepted as well."),
    ("The pilot has no social features.", "In the pilot, members log their runs."),
    ("Each probe reports at least every 5 seconds.", "A probe is cleaned once a year."),
    (
        "Each scanner may cost no more than 50 euros.",
        "The 20 scanners come to 800 euros in total.",
    ),
    ("Hosting must be kept under 100 euros a month.", "Yearly hosting costs 900 euros."),
    ("Comfort outweighs speed.", "Safety takes precedence over comfort."),
    (
        "The crew must be trained before the ferry sails.",
        "The ferry sails on 4 June 2030.",
        "Crew training takes place from 2 to 20 May 2030.",
    ),
    (
        "Inspectors must be able to work offline.",
        "Reports are validated by the server once the tablet is online again.",
    ),
    ("One app built with Flutter serves all phones.", "It is offered in the App Store."),
)


class TestMechanisms:
    @pytest.mark.parametrize("said", OPPOSED)
    def test_that_exclude_each_other_are_told(self, said: tuple[str, ...]):
        assert found(*said)

    @pytest.mark.parametrize("said", BESIDE)
    def test_that_go_together_are_not(self, said: tuple[str, ...]):
        assert not found(*said)


class TestFirsts:
    def test_are_one_only(self):
        one, other = "The map is the number one priority.", "The most important thing is the diary."
        assert found(one, other) == {ConflictType.PRIORITY}

    def test_and_seconds_go_together(self):
        assert not found("The map is the number one priority.", "The diary comes second.")


class TestClosedWorlds:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Reports are sold in Germany only.", "Reports are sold in France, too."),
            ("Leaks can only be reported during office hours.", "Leaks are reported at any time."),
        ],
    )
    def test_are_left_by_other_places_and_times(self, one: str, other: str):
        assert found(one, other)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Reports are sold in Germany only.", "Reports are sold in Germany, too."),
            ("Leaks can only be reported during office hours.", "Noise is reported at any time."),
        ],
    )
    def test_hold_for_what_they_name(self, one: str, other: str):
        assert not found(one, other)
