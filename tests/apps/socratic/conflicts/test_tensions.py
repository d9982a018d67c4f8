"""Wishes that pull apart, told loosely, with their near misses."""

import pytest
from tests.apps.socratic.conflicts.test_causes import found

CLASHES = {
    "latency": (
        (
            "The game must react to a move within 50 ms.",
            "Every move is validated by a remote server of another company before it takes effect.",
        ),
        (
            "The price list opens in under 90 ms.",
            "The price list is fetched live from the wholesaler's web service each time.",
        ),
        (
            "The checkout page must answer in 80 ms.",
            "The checkout page calls the carrier's API to get the delivery costs.",
        ),
    ),
    "encryption": (
        ("Medical notes are encrypted end to end.", "The helpdesk can open medical notes."),
        (
            "Files are encrypted on the client with zero knowledge of the provider.",
            "The provider scans files for viruses.",
        ),
        (
            "No administrator may be able to read patient messages.",
            "Administrators can read patient messages.",
        ),
    ),
    "anonymity": (
        (
            "Whistle-blowers must remain anonymous.",
            "Whistle-blowers log in with their employee number, which is saved with the report.",
        ),
        (
            "No one may find out who gave which rating.",
            "The teacher is shown which pupil gave which rating.",
        ),
        ("The poll is anonymous.", "The poll records the name of each participant."),
        (
            "Complaints can be filed without giving a name.",
            "Every complaint must carry the full name of the complainant.",
        ),
        (
            "We must not be able to link answers to patients.",
            "Answers are stored under the patient number.",
        ),
    ),
    "availability": (
        (
            "The emergency line must be reachable at any time.",
            "The server of the emergency line is switched off at weekends.",
        ),
        (
            "The portal must be up 99.9% of the time.",
            "The portal is taken offline every Sunday for six hours for updates.",
        ),
        (
            "The system must stay up when a data centre burns down.",
            "Everything runs in one data centre.",
        ),
        ("Sensor data must survive a power cut.", "Sensor data is only held in RAM."),
        (
            "Support must be reachable day and night.",
            "Support is staffed from Monday to Friday, 9 to 5.",
        ),
    ),
    "offline": (
        (
            "Rangers must be able to enter sightings deep in the forest without any signal.",
            "A sighting is only saved after the server has confirmed it.",
        ),
        (
            "The museum guide works without a network.",
            "The museum guide streams all audio from the internet.",
        ),
        (
            "Nurses must be able to chart when the Wi-Fi is down.",
            "The charting tool is a web page that needs the server for every click.",
        ),
        (
            "The app has to work on planes in flight mode.",
            "The app loads its maps from the server each time.",
        ),
    ),
    "live": (
        (
            "The water level must be shown in real time.",
            "The sensors transmit the water level twice a day.",
        ),
        (
            "Availability of rooms must always be up to date.",
            "Room availability is synchronised overnight.",
        ),
        (
            "Parents see at once when a child has arrived.",
            "Arrivals are sent to the parents in a daily summary.",
        ),
    ),
    "privacy": (
        (
            "We collect no data about how people use the site.",
            "Every page view and click of a visitor is recorded.",
        ),
        ("No location data may be processed.", "The app shows the nearest branch based on GPS."),
        (
            "The site must not profile its visitors.",
            "Each visitor sees offers based on earlier purchases.",
        ),
    ),
    "cost": (
        (
            "We have almost no money for operation.",
            "The system runs on a cluster of twelve servers in three data centres.",
        ),
        (
            "The app must last a full shift on one battery charge.",
            "The app sends the GPS position every second.",
        ),
        ("Photos must be delivered in full resolution.", "Users are on slow 2G connections."),
        (
            "Every change must go live the same day.",
            "Each change must be approved by a committee that meets once a month.",
        ),
        (
            "Sign-up takes one click and no data.",
            "At sign-up, users enter name and passport number and upload a photo of their ID.",
        ),
    ),
}
NEAR = {
    "latency": (
        (
            "The game must react to a move within 50 ms.",
            "High scores are sent to a remote server after the game.",
        ),
    ),
    "encryption": (
        (
            "Files are encrypted on the client with zero knowledge of the provider.",
            "The client scans files for viruses.",
        ),
    ),
    "anonymity": (
        ("The poll is anonymous.", "The invoice shows the name of each participant."),
        (
            "Complaints can be filed without giving a name.",
            "Every contract must carry the full name of the customer.",
        ),
    ),
    "availability": (
        (
            "The portal must be up 99.9% of the time.",
            "The test server is taken offline every Sunday.",
        ),
        (
            "Support must be reachable on weekdays.",
            "Support is staffed from Monday to Friday, 9 to 5.",
        ),
    ),
    "offline": (
        (
            "The museum guide works without a network.",
            "The museum website streams videos from the internet.",
        ),
        (
            "Rangers can enter sightings without any signal.",
            "Sightings are sent to the server once there is a signal again.",
        ),
    ),
    "privacy": (
        (
            "We collect no data about how people use the site.",
            "Payments are recorded for the accounts.",
        ),
    ),
    "cost": (
        (
            "The app must last a full shift on one battery charge.",
            "The server stores the GPS positions for a year.",
        ),
    ),
}


@pytest.mark.parametrize("said", [said for listed in CLASHES.values() for said in listed])
def test_that_exclude_each_other_are_found(said: tuple[str, ...]):
    assert found(said)


@pytest.mark.parametrize("said", [said for listed in NEAR.values() for said in listed])
def test_that_go_together_are_not(said: tuple[str, ...]):
    assert not found(said)
