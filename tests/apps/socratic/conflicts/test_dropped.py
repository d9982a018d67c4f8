"""Dropping, caps, access and firsts in further plain words, with their near misses."""

import pytest
from tests.apps.socratic.conflicts.test_causes import found

CLASHES = (
    (
        "We have agreed to take gift cards out of the release.",
        "With the release, guests can buy gift cards.",
    ),
    ("Room photos have been cut.", "Guests look at room photos before they book."),
    ("Temps have access to the complete price list.", "Temps must not see the price list."),
    (
        "Seasonal workers may look into the shift plan.",
        "Seasonal workers are not supposed to see the shift plan at all.",
    ),
    (
        "Coaches should be able to edit the player list.",
        "The player list is view-only for coaches.",
    ),
    (
        "Without an account nobody may see the prices.",
        "All visitors see the prices, even if they are not logged in.",
    ),
    (
        "Only registered users may read the comments.",
        "Visitors can read the comments without logging in.",
    ),
    (
        "Chat messages are removed as soon as the case is closed.",
        "By law we have to archive chat messages for ten years.",
    ),
    ("IBANs must be unique.", "It is fine if two members have the same IBAN."),
    ("Stock figures must be accurate to the minute.", "Stock figures are imported once a night."),
    ("The balance must always be current.", "The balance is cached for an hour."),
    (
        "The handhelds have to work without a network.",
        "Each scan is sent to the server and waits for its answer.",
    ),
    (
        "Every scan must be confirmed within 100 ms.",
        "For every scan an external service is asked and we wait for its answer.",
    ),
    (
        "An order has to be confirmed by a second person.",
        "Orders go out with one click and no further steps.",
    ),
    ("Everything is priority one.", "Tell us what comes first and what can wait."),
    (
        "All 25 stories are must-haves.",
        "Please prioritise the stories so that we know what to build first.",
    ),
    (
        "Check-in is a must for the launch, and it needs the scanner.",
        "The scanner is only nice to have.",
    ),
    (
        "The import cannot work without the converter.",
        "The import is essential.",
        "The converter is low priority.",
    ),
    (
        "Running the platform may cost at most 500 euros a month.",
        "The hosting company's offer is 900 euros a month for running the platform.",
    ),
    (
        "The new intranet has to be ready in ten weeks.",
        "The agency plans four months for the implementation.",
    ),
)
NEAR = (
    (
        "We have agreed to take gift cards out of the release.",
        "With the release, guests can buy day tickets.",
    ),
    ("Temps have access to the complete price list.", "Temps must not see the salary list."),
    (
        "Only registered users may read the comments.",
        "Visitors can read the articles without logging in.",
    ),
    ("The balance must always be current.", "The exchange rate table is cached for an hour."),
    (
        "Chat messages are removed as soon as the case is closed.",
        "By law we have to archive contracts for ten years.",
    ),
    ("Everything is documented.", "Tell us what comes first and what can wait."),
    (
        "The import is essential.",
        "The export cannot work without the converter.",
        "The converter is low priority.",
    ),
    (
        "Running the platform may cost at most 900 euros a month.",
        "The hosting company's offer is 500 euros a month for running the platform.",
    ),
    (
        "The new intranet has to be ready in ten weeks.",
        "The agency plans two months for the implementation.",
    ),
    ("Once an account is closed it can be deleted.", "Accounts are kept as long as they are open."),
)


@pytest.mark.parametrize("said", CLASHES)
def test_that_exclude_each_other_are_found(said: tuple[str, ...]):
    assert found(said)


@pytest.mark.parametrize("said", NEAR)
def test_that_go_together_are_not(said: tuple[str, ...]):
    assert not found(said)
