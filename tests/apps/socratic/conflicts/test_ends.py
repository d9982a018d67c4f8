"""Ends, ages, rooms, ranks and opposite verbs, with their near misses."""

import pytest
from tests.apps.socratic.conflicts.test_causes import found

CLASHES = {
    "completion": (
        (
            "The new gym app must be up and running by 1 May 2028.",
            "The supplier tells us that the gym app cannot be finished before September 2028.",
        ),
        (
            "The voting kiosk has to be available to citizens on 1 October 2027.",
            "The voting kiosk will be delivered in January 2028.",
        ),
    ),
    "starts and spans": (
        (
            "Development can begin on 1 June 2027 at the earliest.",
            "Developing the ticket shop takes 5 months.",
            "The ticket shop must be live by 1 August 2027.",
        ),
        (
            "We cannot start before March 2028.",
            "The implementation will take half a year.",
            "The system has to be in use by 1 June 2028.",
        ),
        (
            "The contract is signed on 1 April 2027 and work starts then.",
            "The ticket app needs 30 weeks of development.",
            "The ticket app must be launched in July 2027.",
        ),
    ),
    "before launch": (
        (
            "Nothing goes live before testing has ended.",
            "The shop goes live on 1 May 2027.",
            "Testing ends on 1 June 2027.",
        ),
    ),
    "ages": (
        ("Children can join from the age of 12.", "Members must be at least 16 years old to join."),
    ),
    "capacity": (
        (
            "A message may contain no more than 160 characters.",
            "A message must be able to hold 500 characters.",
        ),
        ("The lift carries at most 6 people.", "The lift must take at least 10 people."),
        (
            "Each locker fits up to 2 parcels.",
            "Each locker has to have room for at least 6 parcels.",
        ),
        ("An order is limited to 10 items.", "An order can have 25 items."),
        (
            "A course takes at most 20 participants.",
            "We need courses for at least 35 participants.",
        ),
    ),
    "ranks": (
        ("Push messages are a must.", "Push messages would be nice to have."),
        ("Multi-language support is a showstopper.", "Multi-language support could be left out."),
        ("The CSV export is a P1.", "The CSV export is a P3."),
        ("The calendar is of utmost importance.", "The calendar is of little importance."),
        (
            "The chat is absolutely necessary for the first release.",
            "The chat can wait until a later release.",
        ),
        ("Reports are a should-have.", "Reports are a must-have."),
        ("Gift cards are critical for the business.", "Gift cards are a low-priority topic."),
    ),
    "opposed": (
        (
            "The gate closes when a train approaches.",
            "The gate remains open when a train approaches.",
        ),
        ("The pump starts when the tank is full.", "The pump stops when the tank is full."),
        (
            "If the code is wrong, the card is blocked.",
            "If the code is wrong, the card stays active.",
        ),
        (
            "When the battery is low, the screen dims.",
            "When the battery is low, the screen stays bright.",
        ),
        ("If nobody answers, the call is forwarded.", "If nobody answers, the call is ended."),
        (
            "After three failed attempts the account is locked.",
            "After three failed attempts the account stays open.",
        ),
        (
            "When the user logs out, the draft is kept.",
            "When the user logs out, the draft is deleted.",
        ),
        (
            "The library decides on fines for late books itself.",
            "Fines for late books are always waived.",
        ),
        ("The lamp is on when the room is empty.", "The lamp is off when the room is empty."),
        ("The tap closes by itself after use.", "The tap stays open after use."),
        (
            "The robot pauses when a person enters.",
            "The robot goes on working when a person enters.",
        ),
        (
            "When the quota is reached, new uploads are accepted.",
            "When the quota is reached, new uploads are refused.",
        ),
        ("The price includes breakfast.", "The price excludes breakfast."),
    ),
}
NEAR = {
    "completion": (
        (
            "The exam portal must be ready by 1 October 2027.",
            "The exam portal will be finished in August 2027.",
        ),
        (
            "The exam portal must be ready by 1 October 2027.",
            "The exam archive will be finished in December 2027.",
        ),
    ),
    "starts and spans": (
        (
            "Development can begin on 1 June 2027 at the earliest.",
            "Developing the ticket shop takes 5 months.",
            "The ticket shop must be live by 1 December 2027.",
        ),
        (
            "We cannot start before March 2028.",
            "The training course takes half a year.",
            "The system has to be in use by 1 June 2028.",
        ),
    ),
    "before launch": (
        (
            "Testing must be finished two weeks before launch.",
            "The launch is on 1 June 2027.",
            "Testing ends on 10 May 2027.",
        ),
        (
            "Nothing goes live before testing has ended.",
            "The shop goes live on 1 May 2027.",
            "Testing ends on 1 April 2027.",
        ),
    ),
    "ages": (
        ("Children can swim from the age of 6.", "Members must be at least 16 years old to dive."),
    ),
    "capacity": (
        ("A team may have at most 5 players.", "A league must be able to hold at least 11 teams."),
        (
            "A small locker fits up to 2 parcels.",
            "A big locker has to have room for at least 6 parcels.",
        ),
        ("A double room has at most 2 beds.", "A dormitory has at least 6 beds."),
        (
            "A bronze member may borrow up to 2 books.",
            "A gold member can borrow at least 10 books.",
        ),
    ),
    "ranks": (
        ("Push messages are a must.", "SMS messages would be nice to have."),
        ("Reports are a must-have.", "Printing reports is a could-have."),
    ),
    "opposed": (
        ("The gate closes when a train approaches.", "The gate opens when the train has passed."),
        ("The pump starts when the tank is empty.", "The pump stops when the tank is full."),
        (
            "If the code is wrong, the card is blocked.",
            "If the code is right, the card stays active.",
        ),
        ("The front gate closes at night.", "The back gate stays open at night."),
    ),
}


@pytest.mark.parametrize("said", [said for listed in CLASHES.values() for said in listed])
def test_that_exclude_each_other_are_found(said: tuple[str, ...]):
    assert found(said)


@pytest.mark.parametrize("said", [said for listed in NEAR.values() for said in listed])
def test_that_go_together_are_not(said: tuple[str, ...]):
    assert not found(said)
