"""Wishes that pull apart, in kinds of words, with their near misses."""

import pytest
from tests.apps.socratic.conflicts.test_causes import found

CLASHES = {
    "latency": (
        (
            "Search results must appear within 100 milliseconds.",
            "Each search waits for live answers from three external sites before it shows results.",
        ),
        (
            "Prices must be shown within 100 ms.",
            "To show a price, the shop queries the supplier's system live and waits for the reply.",
        ),
        (
            "Every page must load in less than 80 ms.",
            "Before a page is shown, data is fetched from two partner services over the internet.",
        ),
        (
            "The quote must be on the screen within 100 milliseconds.",
            "Each quote is only shown once all five insurers have answered.",
        ),
        (
            "Card payments are confirmed within 50 ms.",
            "For each card payment we call the bank's web service and wait until it answers.",
        ),
        (
            "The address check answers within 100 ms.",
            "The address check sends each address to an outside provider and waits for the result.",
        ),
    ),
    "encryption": (
        (
            "Messages are end-to-end encrypted so that the server can never read them.",
            "The server must search the full text of all messages for signs of fraud.",
        ),
        (
            "Talks must be end-to-end encrypted so that no one but the participants can read them.",
            "Supervisors must be able to read every talk on the server.",
        ),
        (
            "Chats are encrypted on the phone and only the recipient can decrypt them.",
            "Our staff must be able to read chats when a customer complains.",
        ),
        (
            "Only the patient holds the key to his file; we cannot open it.",
            "The server analyses the contents of every file.",
        ),
        (
            "Notes are encrypted with a key that only the user knows.",
            "The support team can look into the notes of any user.",
        ),
    ),
    "anonymity": (
        (
            "Course evaluations must be completely anonymous.",
            "It must be possible to trace each course evaluation back to the student who wrote it.",
        ),
        (
            "It must be impossible to trace a vote back to a voter.",
            "For each vote, it must be possible to find out which voter cast it.",
        ),
        (
            "Tips are submitted anonymously.",
            "The editor sees the name of the person who sent a tip.",
        ),
        (
            "Nobody should ever be able to find out who sent a report.",
            "We'd like to see the name of the sender next to each report.",
        ),
        (
            "Feedback is given anonymously.",
            "Each feedback is stored together with the employee number.",
        ),
        (
            "Survey answers must not be linked to a person.",
            "Every survey answer is stored with the e-mail address of the person who gave it.",
        ),
        (
            "Visitors stay anonymous.",
            "Each visitor is identified by name and IP address in the log.",
        ),
        ("Ballots are secret.", "The administrator can see how each member voted."),
    ),
    "availability": (
        (
            "The booking engine must be available 99.95% of the time.",
            "The booking engine runs on one virtual machine without any redundancy.",
        ),
        (
            "The alarm service may never go down.",
            "The alarm service runs on a single PC in the basement.",
        ),
        (
            "The system must run around the clock.",
            "The system is shut down every night from 1 to 3 for maintenance.",
        ),
        (
            "The call centre tool must survive the failure of a server.",
            "There is only one server for the call centre tool.",
        ),
        (
            "The control room system must be back within 5 minutes after a failure.",
            "There is no spare server, and a new one is delivered in two days.",
        ),
        (
            "After a crash no more than 5 minutes of data may be lost.",
            "The database is backed up once a week.",
        ),
        ("No order may ever be lost.", "We do without backups to save money."),
    ),
    "offline": (
        (
            "The inspection app must be usable in tunnels without reception.",
            "Each entry is checked by the server before it is accepted.",
        ),
        (
            "The field tool must work without internet.",
            "The field tool needs a permanent connection to the server.",
        ),
        (
            "Drivers must be able to use the app where there is no mobile network.",
            "The app fetches every delivery from the server at the moment it is opened.",
        ),
        (
            "The till has to go on selling when the internet is down.",
            "The till asks the head office server for the price of every article.",
        ),
    ),
    "live": (
        (
            "The stock shown in the shop must always be current to the second.",
            "Stock is imported from the warehouse system once a night.",
        ),
        (
            "Dispatchers see the position of each van live.",
            "The positions of the vans are transferred once a day.",
        ),
        (
            "Managers need the sales figures in real time.",
            "The sales figures are calculated in a nightly batch.",
        ),
        (
            "The dashboard must show the current number of patients at any moment.",
            "The number of patients is updated every morning at 6.",
        ),
    ),
    "privacy": (
        (
            "Users must be able to have all of their data erased at any time.",
            "All data is written to a blockchain and can never be changed or removed.",
        ),
        (
            "All user input must be logged permanently and never deleted.",
            "Users must be able to have all of their logged input deleted at any time.",
        ),
        (
            "We comply with the GDPR and delete personal data on request.",
            "Nothing in the system is ever deleted.",
        ),
        ("The site sets no cookies at all.", "The session of a visitor is tracked with a cookie."),
        (
            "No personal data may be collected.",
            "Recommendations are based on the purchase history of each customer.",
        ),
        ("We do not use any cookies.", "A cookie remembers the language of the visitor."),
        (
            "The app must not track its users.",
            "The app records every tap of each user for analysis.",
        ),
    ),
    "cost": (
        (
            "Hosting must be as cheap as possible.",
            "The system runs redundantly in two data centres with hot standby.",
        ),
        (
            "The hosting must cost next to nothing.",
            "Three regions with a full copy of the system each are required.",
        ),
        (
            "Setup must be so simple that no training is needed.",
            "Every user attends a two-day training before the first use.",
        ),
        (
            "No user needs any training.",
            "Users must be trained for three days before they can use the system.",
        ),
    ),
}
NEAR = {
    "latency": (
        (
            "Search results must appear within 100 milliseconds.",
            "Prices of partners are fetched from an external service once a night.",
        ),
        (
            "Every page must load in less than 80 ms.",
            "Invoices are sent to an external accounting service in the background.",
        ),
    ),
    "encryption": (
        ("Messages are end-to-end encrypted.", "The server stores the time of each message."),
        ("Patient files are encrypted on the hard disk.", "Doctors can search patient files."),
    ),
    "anonymity": (
        (
            "Course evaluations must be completely anonymous.",
            "It must be possible to trace each payment back to the student who made it.",
        ),
        ("Tips are submitted anonymously.", "The editor sees the date on which a tip was sent."),
    ),
    "availability": (
        (
            "The booking engine must be available 99.95% of the time.",
            "The booking engine runs on three servers behind a load balancer.",
        ),
        (
            "The booking engine must be available 90% of the time.",
            "The booking engine runs on a single server.",
        ),
    ),
    "offline": (
        (
            "The field app must work offline.",
            "The field app uploads its data when the connection is back.",
        ),
    ),
    "live": (
        (
            "The stock shown in the shop must always be current to the second.",
            "The newsletter is sent once a night.",
        ),
    ),
    "privacy": (
        ("The site sets no advertising cookies.", "A cookie keeps the visitor signed in."),
        ("Users can have their profile erased.", "Invoices are kept for ten years."),
    ),
    "cost": (
        ("Hosting must be as cheap as possible.", "The system runs on one small server."),
        ("No training is needed for visitors.", "The administrators are trained for two days."),
    ),
}


@pytest.mark.parametrize("said", [said for listed in CLASHES.values() for said in listed])
def test_that_exclude_each_other_are_found(said: tuple[str, ...]):
    assert found(said)


@pytest.mark.parametrize("said", [said for listed in NEAR.values() for said in listed])
def test_that_go_together_are_not(said: tuple[str, ...]):
    assert not found(said)
