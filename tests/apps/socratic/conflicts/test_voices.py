"""Counts, measures, rhythms, prices and estimates in any voice, with their near misses."""

import pytest
from tests.apps.socratic.conflicts.test_causes import found

CLASHES = (
    (
        "A crate can hold a maximum of 24 jars.",
        "It must be possible to put at least 40 jars into one crate.",
    ),
    (
        "A group may have no more than 12 children.",
        "It has to be possible to register 20 or more children in one group.",
    ),
    ("A shelf can hold up to 80 books.", "At least 120 books must fit on each shelf."),
    (
        "A playlist can contain at most 100 songs.",
        "Users must be able to add at least 500 songs to a playlist.",
    ),
    (
        "A booking may include a maximum of 8 guests.",
        "One must be able to enter at least 15 guests in one booking.",
    ),
    ("A container holds at most 30 boxes.", "50 boxes must fit into a container."),
    (
        "A pallet can carry a maximum of 40 bags.",
        "At least 60 bags have to be loaded onto each pallet.",
    ),
    ("A basket may contain at most 20 items.", "Shoppers need to put 50 items into a basket."),
    (
        "Complaints must be answered within 2 hours.",
        "Answering a complaint takes the clerks 5 hours or more.",
    ),
    (
        "A help request has to be accepted within 30 seconds.",
        "Accepting a help request takes at least two minutes with the new procedure.",
    ),
    ("The label must be printed within 3 seconds.", "Printing a label takes 10 seconds or longer."),
    (
        "A withdrawal must be completed within 20 seconds.",
        "Completing a withdrawal will take the machine at least 45 seconds.",
    ),
    (
        "Every scan has to be checked in under 2 seconds.",
        "Checking a scan takes 5 seconds at least.",
    ),
    (
        "The meter reports its value every 10 seconds.",
        "The value is to be reported by the meter once every 5 minutes.",
    ),
    (
        "The server pings each camera every second.",
        "Cameras are to be pinged by the server once every 30 seconds.",
    ),
    (
        "The sensor measures the humidity every minute.",
        "The humidity should be measured by the sensor once an hour.",
    ),
    (
        "The gateway synchronises the locks every 15 minutes.",
        "Locks are synchronised by the gateway twice a day.",
    ),
    (
        "Stock levels are refreshed every five minutes.",
        "The stock levels must be refreshed once every two hours.",
    ),
    (
        "The SMS service may cost no more than $50 a month.",
        "The provider bills us around $120 per month for the SMS service.",
    ),
    (
        "Licences for the planning tool may not exceed 3,000 euros a year.",
        "The vendor invoices 7,500 euros a year for the licences.",
    ),
    (
        "Maintenance may cost at most 400 euros per month.",
        "The agency offers maintenance for 900 euros a month.",
    ),
    (
        "The map licence must not cost more than 200 euros a month.",
        "Google will charge us about 700 euros per month for the map licence.",
    ),
    (
        "We may spend at most $1,000 a month on hosting.",
        "The provider quoted $2,400 a month for hosting.",
    ),
    (
        "We have an approved budget of 60,000 euros.",
        "Three developers work on it for five months, each of them costs 8,000 euros a month.",
    ),
    (
        "The board approved $90,000.",
        "We need three engineers for six months at $9,000 a month each.",
    ),
    (
        "The booking site must go live in six weeks.",
        "The agency estimates ten weeks for the development.",
    ),
    (
        "The ticket app must be up and running in two months.",
        "The vendor expects to need five months for the implementation.",
    ),
    (
        "The platform must be ready in eight weeks.",
        "The contractor reckons with fourteen weeks for the build.",
    ),
    (
        "The member portal has to be live within three months.",
        "Our supplier calculates with six months for the implementation.",
    ),
    (
        "The new till system must be in use in four weeks.",
        "Development needs nine weeks, says the vendor.",
    ),
    ("The event app must launch in 3 months.", "The developers plan six months for building it."),
    (
        "No more than 5 files can be attached to a ticket.",
        "It must be possible to upload at least 10 files to one ticket.",
    ),
)
NEAR = (
    (
        "A crate can hold a maximum of 24 jars.",
        "It must be possible to put at least 40 jars into one box.",
    ),
    (
        "A crate can hold a maximum of 24 jars.",
        "It must be possible to put at least 20 jars into one crate.",
    ),
    (
        "A group may have no more than 12 children.",
        "It has to be possible to register at least 300 children in one school.",
    ),
    ("Complaints must be answered within 2 hours.", "Answering a survey takes 5 hours or more."),
    (
        "The label must be printed within 3 seconds.",
        "Printing the manual takes 10 seconds or longer.",
    ),
    (
        "The meter reports its value every 10 seconds.",
        "The battery is to be checked by the meter once every 5 minutes.",
    ),
    (
        "The sensor measures the humidity every minute.",
        "The temperature should be measured by the sensor once an hour.",
    ),
    (
        "The SMS service may cost no more than $50 a month.",
        "The provider bills us around $120 per month for the email service.",
    ),
    (
        "Hosting of the shop may cost no more than $200 a month.",
        "The provider charges $650 a month for hosting the archive.",
    ),
    (
        "Maintenance may cost at most 900 euros per month.",
        "The agency offers maintenance for 400 euros a month.",
    ),
    (
        "Management approved $200,000 for the tournament platform.",
        "We need two developers for six months, and each of them costs $10,000 a month.",
    ),
    (
        "The booking site must go live in ten weeks.",
        "The agency estimates six weeks for the development.",
    ),
    (
        "The shop must be launched within 6 months.",
        "After the launch the old orders are migrated, which takes 9 months.",
    ),
    (
        "The app must go live in three months.",
        "Once it is live, the vendor will support it for two years.",
    ),
)


@pytest.mark.parametrize("said", CLASHES)
def test_that_exclude_each_other_are_found(said: tuple[str, ...]):
    assert found(said)


@pytest.mark.parametrize("said", NEAR)
def test_that_go_together_are_not(said: tuple[str, ...]):
    assert not found(said)
