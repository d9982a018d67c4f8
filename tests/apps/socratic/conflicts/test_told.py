"""Whole things by their names, openings without a comma, sums for each, with near misses."""

import pytest
from tests.apps.socratic.conflicts.test_causes import found

CLASHES = (
    (
        "The tour planner must be ready in six weeks.",
        "According to the quote, the implementation takes eleven weeks.",
    ),
    (
        "The new reception software must be live by the end of May 2027.",
        "The supplier promises delivery for September 2027.",
    ),
    (
        "The kiosk has to be running within 30 days.",
        "The developer thinks he needs at least three months for it.",
    ),
    (
        "Every lorry may be loaded with at most 18 pallets.",
        "It has to be possible to load 25 pallets or more into a lorry.",
    ),
    ("The gate has to open within 2 seconds.", "It takes at least 6 seconds until the gate opens."),
    (
        "Readings are sent every 15 seconds.",
        "Readings must not be sent more often than once every 10 minutes.",
    ),
    (
        "The printer reports its toner level once an hour.",
        "The toner level is reported by the printer every five minutes.",
    ),
    (
        "We can spend no more than $5,000 on the translation.",
        "The translation office wants $8,200 for the translation.",
    ),
    (
        "The total must not exceed 120,000 francs.",
        "Two consultants at 12,000 francs a month each are needed for eight months.",
    ),
    (
        "Multilingual texts are not part of this project.",
        "All pages must be available in English and French.",
    ),
    ("Reports are left out for now.", "The manager downloads a monthly report as a PDF."),
    (
        "Cleaners must not have access to the guest list.",
        "The cleaners look at the guest list to plan their rounds.",
    ),
    (
        "Deleted entries can be restored at any time.",
        "When an entry is deleted, it is gone for good.",
    ),
    (
        "Once a report is signed it cannot be changed any more.",
        "Doctors can correct a signed report.",
    ),
    (
        "Visitor data must be deleted after 14 days.",
        "Visitor data has to be kept for at least one year.",
    ),
    ("The dashboard shows live figures.", "The figures are updated once a night."),
    ("No order may ever get lost.", "Orders are only kept in memory."),
    ("Posts appear immediately.", "Every post is checked by a moderator before it appears."),
    ("Once an invoice is paid it can not be changed.", "Clerks can change a paid invoice."),
)
NEAR = (
    (
        "Once an invoice is paid it can not be changed.",
        "Clerks can change an invoice until it is paid.",
    ),
    (
        "Once a training certificate is issued it cannot be deleted.",
        "Coaches can delete a training certificate before it is issued.",
    ),
    (
        "The tour planner must be ready in twelve weeks.",
        "According to the quote, the implementation takes eight weeks.",
    ),
    (
        "We can spend no more than $5,000 on the translation.",
        "The photographer wants $8,200 for the pictures.",
    ),
    (
        "All patient data must stay on our own servers.",
        "The public website uses a content delivery network.",
    ),
    (
        "Cleaners must not have access to the guest list.",
        "The receptionists look at the guest list.",
    ),
    (
        "Once a report is signed it cannot be changed any more.",
        "Doctors can correct a report until they sign it.",
    ),
    (
        "Visitor data must be deleted after 14 days.",
        "Invoices have to be kept for at least ten years.",
    ),
    ("The dashboard shows live figures.", "A backup is made once a night."),
    (
        "Posts appear immediately.",
        "Every advertisement is checked by a moderator before it appears.",
    ),
    ("The gate opens within 2 seconds.", "The gate stays open for 30 seconds."),
    ("Staff log in with a password.", "Visitors do not need to log in."),
)


@pytest.mark.parametrize("said", CLASHES)
def test_that_exclude_each_other_are_found(said: tuple[str, ...]):
    assert found(said)


@pytest.mark.parametrize("said", NEAR)
def test_that_go_together_are_not(said: tuple[str, ...]):
    assert not found(said)
