"""Facts, scope, ranks and wishes in the words of different people, with their near misses."""

import pytest

from menon.apps.socratic.conflicts import Statement, detect

CLASHES = {
    "required": (
        (
            "A phone number has to be entered for every donor.",
            "Donors can leave the phone number blank if they don't want to be called.",
        ),
        ("The minutes of the club are public.", "The minutes of the club are confidential."),
    ),
    "several": (
        ("Each flat has exactly one tenant on record.",
         "It must be possible to register several tenants for the same flat."),
        ("No two members may share an e-mail address.",
         "Several members can be registered with the same e-mail address."),
        ("Each plate exists only once in the system.", "The same plate can be entered twice."),
    ),
    "kept": (
        ("We store no personal data.", "We store the name and the address of each visitor."),
        ("A claim can never be deleted.", "When a policy ends, all of its claims are deleted."),
        ("Orders cannot be changed.", "Orders can be changed until they are shipped."),
        ("Cancelled slots are removed.", "Cancelled slots remain."),
    ),
    "none": (
        ("Returns are not accepted.", "Customers can return items."),
        ("No discounts are given.", "Students get a 10 % discount."),
        ("The system will not send any text messages.", "Patients are reminded by SMS."),
    ),
    "alone": (
        ("The site is in German only.", "Visitors from abroad need an English version of it."),
        ("The site is only offered in French.", "The site should be in English and French."),
        ("The tool runs in the internal network only.", "The tool is reachable from outside."),
        ("The app is only for iPhones.", "The app must run on Android phones, too."),
        ("The tool is only meant for teachers.", "Parents use the tool to sign notes."),
        ("Only online orders are covered.", "Phone orders are covered as well."),
    ),
    "ranks": (
        ("Live tracking of cabs is our number one priority.", "Live tracking is low priority."),
        ("Must have: online check-in. It needs the ledger.", "The ledger is optional."),
        ("Payment must be in the first release and needs the ledger.",
         "The ledger is planned for the second release."),
        ("Chat, search, maps and reports are all top priority.",
         "At most one feature can be top priority."),
        ("Security comes before usability.", "Usability is more important than security."),
        ("The roster is more urgent than the map.", "The map is more urgent than the roster."),
    ),
    "wishes": (
        ("The till must keep working even if one server fails.", "The till runs on one server."),
        ("Bids on every continent must be confirmed in under 20 milliseconds.",
         "All bids are processed in a single data centre."),
        ("Reports are anonymous.", "It must be possible to trace who sent a report."),
    ),
    "technology": (
        ("The app is written natively in Swift and in Kotlin.",
         "We want one single code base for both phones."),
        ("The servers must be stateless.", "The session of each user is kept in memory."),
        ("All data is stored in PostgreSQL.", "Orders are stored in MongoDB."),
    ),
    "texts": (
        ("Marks are shown to the learner immediately after the last question.",
         "Marks are never shown to the learner."),
        ("Lists are hung from left to right.", "Lists are hung from right to left."),
        ("Numbers are assigned automatically.", "The clerk enters the numbers by hand."),
        ("The list is printed automatically.", "Staff print the list themselves."),
        ("Drivers can decline a trip.", "Drivers must accept every trip."),
        ("Shirts are washed cold.", "Shirts are washed hot."),
    ),
}  # fmt: skip
NEAR = {
    "kinds": (
        ("The VAT number is required for business customers.",
         "The VAT number is optional for private customers."),
        ("The card is mandatory for adults.", "The card is optional for children."),
    ),
    "cases": (
        ("A warning is shown if the car is not free.", "No warning is shown if the car is free."),
        ("A note is sent if the form is incomplete.", "No note is sent if the form is complete."),
        ("The door is locked while the press runs.", "The door is not locked while it is idle."),
        ("Notes can be edited within 15 minutes.", "After 15 minutes notes cannot be edited."),
        ("The lamp is on during the day.", "The lamp is off at night."),
    ),
    "other things": (
        ("The middle name is optional.", "The last name is mandatory."),
        ("Messages are sent automatically.", "Messages can also be sent manually."),
        ("Each flat has exactly one tenant on record.", "A tenant can rent several flats."),
        ("No two members may share a locker.", "Several members can share the same trainer."),
        ("The siren starts automatically.", "The test siren has to be started manually."),
        ("The site is in German only.", "Visitors from England can use the site."),
        ("The gate opens before the alarm sounds.", "The gate closes after the alarm sounds."),
    ),
    "ranks": (
        ("The video call is a must-have.", "Recording of the video call is a nice-to-have."),
        ("Chat and search are top priority.", "At most two features can be top priority."),
    ),
    "wishes": (
        ("Prices must be up to date to the second.", "Backups are made once a night."),
        ("The alarm must be available 24 hours a day.", "The archive is restarted every night."),
    ),
}  # fmt: skip


def found(said: tuple[str, ...]) -> bool:
    return bool(detect(Statement(str(at), "", text) for at, text in enumerate(said)))


@pytest.mark.parametrize("said", [pair for pairs in CLASHES.values() for pair in pairs])
def test_that_exclude_each_other_are_found(said: tuple[str, ...]):
    assert found(said)


@pytest.mark.parametrize("said", [pair for pairs in NEAR.values() for pair in pairs])
def test_of_other_kinds_cases_and_things_are_none(said: tuple[str, ...]):
    assert not found(said)
