"""Numbers, money and times in the words of different people, with what only looks alike."""

import pytest

from menon.apps.socratic.conflicts import Statement, detect

CLASHES = {
    "for how long": (
        (
            "A member can reserve a boat for a maximum of 30 minutes before sailing.",
            "Reservations should be held for at least two hours.",
        ),
        ("Rehearsals last two hours.", "A rehearsal takes at least three hours."),
        ("The trial period is 30 days.", "The trial period lasts two weeks."),
        ("The alarm must be raised within 3 seconds.", "Raising it takes up to 30 seconds."),
    ),
    "each": (
        (
            "Pupils may take no more than six courses per semester.",
            "Every pupil has to take a minimum of eight courses each semester.",
        ),
        ("Users may upload up to five photos per advert.", "An advert can have ten photos."),
    ),
    "before": (
        ("The card is blocked after three wrong PINs.", "You have five PINs before it is blocked."),
        ("The gate is locked after 3 attempts.", "Guests have 9 attempts before it is locked."),
    ),
    "sizes": (
        ("The maximum group size is 20.", "Groups of 30 people can be booked."),
        (
            "A coach teaches at most eight children.",
            "Coaches have to teach groups of ten children.",
        ),
        ("The hall has 20 seats.", "The hall must have room for at least 35 people."),
    ),
    "uploads": (("Uploads are limited to 10 MB.", "Videos up to 2 GB can be uploaded."),),
    "expected": (("We expect 9,000 users.", "The site supports at most 2,000 users."),),
    "by then": (
        (
            "The contract ends on 31 December 2027, so the new system must be running by then.",
            "The new system will not be ready for use before March 2028.",
        ),
    ),
    "clock": (("The curtain opens at 8 pm.", "The curtain opens at 7 pm."),),
    "adverbs": (("Members pay the fee monthly.", "Members pay the fee once a year."),),
    "free": (
        ("The app is free of charge for everybody.", "Users pay a monthly fee of 3 euros."),
        ("Delivery is free.", "Delivery costs 4.90 euros."),
        ("No fees are charged.", "A fee of 2 euros is charged for each transfer."),
    ),
    "team": (
        (
            "The board approved 60,000 euros for the new website.",
            "We need three people for five months at 7,000 euros per person and month.",
        ),
        (
            "Our budget is 100,000 dollars.",
            "Two developers work for ten months at 8,000 dollars a month each.",
        ),
    ),
    "charged": (
        (
            "The total budget for the app is $90k.",
            "Development will cost $70k.",
            "Add to that $35k for the pagers, which also come out of the app budget.",
        ),
        ("The club has 8,000 euros for the website.", "The website costs 9,500 euros."),
        ("The app has to be built for under 15k EUR.", "The offer is at least 22k EUR."),
        (
            "The budget is limited to 12,000 francs.",
            "Design is 5,000 francs and programming 11,000 francs.",
        ),
    ),
    "stages": (
        (
            "The project may take six months at most.",
            "Analysis takes two months, development four months and testing two months.",
        ),
        (
            "As the owner I want the ordering project finished in one month.",
            "Design will take 2 weeks.",
            "Implementation will take 5 weeks after the design is finished.",
        ),
        ("The café wants the loyalty app in ten weeks.", "Building the loyalty app takes a year."),
    ),
    "ends": (
        ("The old till is shut down on 1 May 2027.", "The old till is used until 30 June 2027."),
        ("The upgrade is finished on 10 May.", "The upgrade starts on 20 May."),
    ),
}
NEAR = {
    "expected": (
        ("The site must support at least 300 users.", "We expect no more than 250 users."),
        ("The site must handle 500 orders an hour.", "We expect about 200 orders an hour."),
    ),
    "other things": (
        ("Photos are limited to 10 MB.", "Videos up to 2 GB can be uploaded."),
        ("A group has no more than 15 children.", "A school has 80 children."),
        ("The ferry takes up to 60 cars.", "The ferry must be able to take 40 cars."),
        ("The card is blocked after three wrong PINs.", "The PIN is changed five times a year."),
    ),
    "free": (
        ("The app is free for students.", "Companies pay 5 euros a month for the app."),
        ("Delivery is free from 50 euros.", "Delivery costs 4.90 euros below 50 euros."),
        ("No fees are charged.", "The station pays no more than 400 euros a month for hosting."),
    ),
    "years": (
        ("The budget of 2027 is 50,000 euros.", "The budget of 2028 is 80,000 euros."),
        ("In 2027 we may spend 5,000 euros.", "In 2028 we may spend 8,000 euros."),
    ),
    "which": (
        ("Data from before 2018 will not be imported.", "Data from 2018 on is imported."),
        ("Moving orders from before 2020 is out of scope.", "Orders from 2020 onwards are moved."),
    ),
    "stages": (
        (
            "Development of the portal runs until 30 April 2027.",
            "The portal opens to citizens on 1 July 2027.",
        ),
        ("The app must be ready for the fair in September.", "The app will be ready in August."),
        ("The season ends in March.", "The season starts in October."),
    ),
}


def found(said: tuple[str, ...]) -> bool:
    return bool(detect(Statement(str(at), "", text) for at, text in enumerate(said)))


@pytest.mark.parametrize("said", [pair for pairs in CLASHES.values() for pair in pairs])
def test_that_no_number_satisfies_are_found(said: tuple[str, ...]):
    assert found(said)


@pytest.mark.parametrize("said", [pair for pairs in NEAR.values() for pair in pairs])
def test_of_other_things_years_and_stages_are_none(said: tuple[str, ...]):
    assert not found(said)
