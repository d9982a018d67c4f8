"""Plans, rooms, ranks and opposite verbs in plain words, with their near misses."""

import pytest
from tests.apps.socratic.conflicts.test_causes import found

CLASHES = {
    "completion": (
        (
            "The customer portal has to be online by 1 June 2027.",
            "The customer portal will not be finished before August 2027.",
        ),
        (
            "The parking app must be live by 1 March 2028.",
            "The vendor tells us the parking app will be delivered in June 2028 at the earliest.",
        ),
        (
            "The ticket counter app must be open to the public by May 2028.",
            "The developers say that the ticket counter app cannot be ready before July 2028.",
        ),
        (
            "The map viewer must be available on 1 April 2027.",
            "Our contractor informs us that the map viewer will not be done until September 2027.",
        ),
        (
            "The donation page has to be released by 3 May 2027.",
            "The agency reports that the donation page will only be complete in November 2027.",
        ),
    ),
    "starts and spans": (
        (
            "Work on the clinic portal cannot begin before 10 January 2027.",
            "Building the clinic portal takes four months.",
            "The clinic portal must open on 1 March 2027.",
        ),
        (
            "We can only start after 1 September 2027.",
            "Development takes 20 weeks.",
            "The ferry portal is needed by 15 November 2027.",
        ),
        (
            "The team starts in May 2028.",
            "Building the library app takes six months.",
            "The library app must be live by 1 August 2028.",
        ),
        (
            "Programming of the museum guide starts on 1 June 2027.",
            "Programming the museum guide takes 16 weeks.",
            "The museum guide has to be ready by 1 July 2027.",
        ),
    ),
    "capacity": (
        (
            "A booking can include at most 9 passengers.",
            "Groups are vital to us, so one booking must be able to hold at least 15 passengers.",
        ),
        (
            "A basket can contain no more than 20 items.",
            "It must be possible to have at least 50 items in a basket.",
        ),
        ("A classroom may have at most 25 pupils.", "A classroom must be able to take 40 pupils."),
        ("A playlist can hold up to 100 songs.", "Each playlist must support at least 500 songs."),
        (
            "A conference call allows at most 10 participants.",
            "A conference call has to accommodate at least 30 participants.",
        ),
    ),
    "ranks": (
        ("Online claims are a must-have.", "Online claims are only a nice-to-have."),
        ("The loyalty card is a must-have for us.", "The loyalty card is a could-have."),
        ("Route planning is a show-stopper.", "Route planning is just a nice-to-have."),
        ("The seat map has top priority.", "The seat map is a should-have at best."),
        ("Photo upload is essential.", "Photo upload is optional."),
        (
            "The audit trail is mandatory for the launch.",
            "The audit trail is deferred to a later release.",
        ),
        ("Barcode scanning is a must have.", "Barcode scanning is a won't-have for now."),
        ("Offline maps are a blocker for us.", "Offline maps are a low priority."),
    ),
    "opposed": (
        (
            "The machine stops when the safety door is open.",
            "The machine keeps running when the safety door is open.",
        ),
        (
            "The doors lock automatically while the bus is moving.",
            "The doors stay unlocked while the bus is moving.",
        ),
        (
            "The valve opens when the pressure exceeds 5 bar.",
            "The valve stays closed when the pressure exceeds 5 bar.",
        ),
        ("When smoke is detected, the fan turns on.", "When smoke is detected, the fan turns off."),
        (
            "The phone rings when a message arrives at night.",
            "The phone stays silent when a message arrives at night.",
        ),
        (
            "The draft is saved when the window is closed.",
            "The draft is discarded when the window is closed.",
        ),
        (
            "When the basket is empty, the banner is shown.",
            "When the basket is empty, the banner is hidden.",
        ),
        ("Entries with a wrong code are accepted.", "Entries with a wrong code are rejected."),
        (
            "The heating is switched off when a window is open.",
            "The heating stays on when a window is open.",
        ),
        (
            "If the sensor fails, the report is sent.",
            "If the sensor fails, the report is withheld.",
        ),
        (
            "The clock pauses when the app is in the background.",
            "The clock continues when the app is in the background.",
        ),
        (
            "The siren makes a sound when the door is forced.",
            "The siren is silent when the door is forced.",
        ),
        ("Late returns are fined.", "Fines for late returns are waived."),
    ),
}
NEAR = {
    "completion": (
        (
            "The customer portal has to be online by 1 June 2027.",
            "The newsletter will not be finished before August 2027.",
        ),
        (
            "The parking app must be live by 1 September 2028.",
            "Our developers tell us the parking app will be finished in June 2028.",
        ),
    ),
    "starts and spans": (
        (
            "Work on the clinic portal cannot begin before 10 January 2027.",
            "Building the clinic portal takes four months.",
            "The clinic portal must open on 1 August 2027.",
        ),
        (
            "We can only start after 1 September 2027.",
            "Development takes 6 weeks.",
            "The ferry portal is needed by 15 November 2027.",
        ),
    ),
    "capacity": (
        (
            "A booking can include at most 9 passengers.",
            "A flight must be able to hold at least 150 passengers.",
        ),
        (
            "A basket can contain no more than 20 items.",
            "A wish list must be able to hold at least 50 items.",
        ),
        ("A standard room sleeps up to 2 guests.", "A family suite sleeps at least 4 guests."),
        ("A day ticket admits at most 2 people.", "A group pass admits at least 10 people."),
        ("A small van carries at most 8 crates.", "A large truck carries at least 40 crates."),
    ),
    "ranks": (
        ("Online claims are a must-have.", "Paper claims are only a nice-to-have."),
        ("The loyalty card is a must-have.", "The design of the loyalty card is a nice-to-have."),
        ("Photo upload is essential.", "Video upload is optional."),
    ),
    "opposed": (
        (
            "The machine stops when the safety door is open.",
            "The machine keeps running when the safety door is closed.",
        ),
        (
            "The doors lock automatically while the bus is moving.",
            "The doors stay unlocked while the bus is parked.",
        ),
        ("When smoke is detected, the fan turns on.", "When the smoke is gone, the fan turns off."),
        (
            "The machine stops when the safety door is open.",
            "The conveyor keeps running when the safety door is open.",
        ),
        (
            "The draft is saved when the window is closed.",
            "The draft is discarded when the user clicks Cancel.",
        ),
    ),
}


@pytest.mark.parametrize("said", [said for listed in CLASHES.values() for said in listed])
def test_that_exclude_each_other_are_found(said: tuple[str, ...]):
    assert found(said)


@pytest.mark.parametrize("said", [said for listed in NEAR.values() for said in listed])
def test_that_go_together_are_not(said: tuple[str, ...]):
    assert not found(said)
