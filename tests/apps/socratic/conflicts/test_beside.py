"""What only looks like a contradiction: other things, other people, other cases."""

import pytest
from tests.apps.socratic.conflicts.test_causes import found

NEAR = (
    ("The vote is anonymous.", "The admin sees how many members have voted."),
    ("Messages are end-to-end encrypted.", "Users can search their messages on their phone."),
    ("Messages are end-to-end encrypted.", "Staff can read the public announcements."),
    (
        "Only the patient can read his file.",
        "The receptionist can see the appointments of the patient.",
    ),
    ("Pages must load within 100 ms.", "The bank confirms each transfer within two days."),
    ("Search answers within 100 ms.", "The supplier sends new prices every morning by e-mail."),
    ("The app works offline.", "The app loads new maps from the server when it is connected."),
    ("The ticket scanner works offline.", "The website loads events from the server."),
    (
        "No training is needed to use the app.",
        "The course catalogue lists two-day training courses.",
    ),
    (
        "The kiosk can be used without training.",
        "Nurses attend a training of three days on hygiene.",
    ),
    ("The sensor runs on a microcontroller.", "The gateway runs on Linux."),
    ("The sensor runs without an operating system.", "The server runs in a container."),
    ("The stock must be current in real time.", "The annual report is calculated once a year."),
    ("Live positions are shown on the map.", "Backups are made once a day."),
    ("We do not track our users.", "Delivery drivers are tracked by GPS while on duty."),
    ("Feedback is anonymous.", "Each order is stored with the name of the customer."),
    ("The app does not store the location.", "The map shows all branches."),
    ("Patient data must stay on the server.", "Appointments are confirmed by the patient."),
    ("The lights turn on when someone enters.", "The lights turn off when everyone has left."),
    ("The pump stops when the tank is full.", "The alarm continues when the tank is full."),
    ("The report is sent on Monday.", "The reminder is turned off on Monday."),
    ("The lamp is on in the hall.", "The lamp is off in the office."),
    ("The heating is on from 6 to 22.", "The heating is off at night."),
    (
        "Children can join the choir from the age of 8.",
        "Adults from the age of 18 can join the orchestra.",
    ),
    ("Records older than 5 years are archived.", "Records older than 10 years are deleted."),
    ("Members must be 18 to vote.", "Members from the age of 16 can attend meetings."),
    ("The map is essential.", "The legend of the map is optional."),
    ("Data export is mandatory for admins.", "Data export is a low priority for guests."),
    (
        "The project starts in May 2027.",
        "The pilot takes three months.",
        "The pilot ends in December 2027.",
    ),
    (
        "Work begins on 1 March 2028.",
        "The crew app takes 4 months.",
        "The passenger app must be live on 1 May 2028.",
    ),
    ("Claims are checked by a clerk.", "Claims are a core topic of the business."),
    (
        "Our partners tell us the weather every hour.",
        "The weather is updated every 15 minutes in winter.",
    ),
    ("The servers are stateless.", "The basket is kept in the browser's memory."),
    ("Everything runs on one server.", "The website has no spare parts section."),
    ("The services communicate by message queue.", "The frontend calls the backend synchronously."),
    ("Late fees are waived for members.", "Late fees are charged to guests."),
    ("The device connects by Bluetooth only.", "The office has Wi-Fi."),
    ("All traffic is encrypted.", "Passwords are never sent in clear text."),
    (
        "Quotes appear within 200 ms.",
        "Quotes of external insurers are loaded afterwards in the background.",
    ),
    ("The survey does not record names.", "The booking records the name of the guest."),
)


@pytest.mark.parametrize("said", NEAR)
def test_go_together(said: tuple[str, ...]):
    assert not found(said)
