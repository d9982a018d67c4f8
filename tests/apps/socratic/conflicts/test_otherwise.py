"""Rights, keeping, dropping, ranks and wishes put otherwise, with their near misses."""

import pytest
from tests.apps.socratic.conflicts.test_causes import found

CLASHES = (
    (
        "We agreed to drop gift vouchers from the release.",
        "The release lets customers buy gift vouchers.",
    ),
    (
        "We decided to cut the seat map from version 1.",
        "In version 1 guests pick their place on the seat map.",
    ),
    (
        "The newsletter has been removed from the scope.",
        "Visitors subscribe to the newsletter on the start page.",
    ),
    (
        "The loyalty cards are no longer part of the project.",
        "The app shows the points on the loyalty card.",
    ),
    ("We are not doing a forum.", "Members discuss routes in the forum."),
    ("The chat will be skipped.", "Customers ask their questions in the chat."),
    ("We are leaving out the waiting list.", "Guests put themselves on the waiting list."),
    (
        "We cut table reservations from the first version.",
        "In the first version guests reserve a table online.",
    ),
    ("We agreed to postpone the photo gallery.", "Parents look at pictures in the photo gallery."),
    ("Printing labels was dropped from the release.", "The release prints labels for each parcel."),
    ("We are dropping bike rentals from the release.", "The release allows guests to rent a bike."),
    ("We won't be doing seat reservations.", "The system lets passengers reserve a seat."),
    (
        "Trainee nurses have access to the full medication list.",
        "Trainees are not allowed to see the medication list at all.",
    ),
    (
        "Volunteer coaches can edit the training plan.",
        "Volunteers may not change the training plan.",
    ),
    (
        "Trainers should be able to change the course plan from their phones.",
        "For trainers the course plan is read-only.",
    ),
    ("Tenants can edit the contact list.", "To tenants, the contact list is read-only."),
    (
        "Drivers should be able to correct the route sheet.",
        "Drivers only have read access to the route sheet.",
    ),
    ("Cooks can change the menu on the tablet.", "The menu is read-only for cooks."),
    (
        "Students have access to the full exam archive.",
        "Students must not see the exam archive at all.",
    ),
    (
        "Interns can open the personnel files.",
        "Interns have no access whatsoever to personnel files.",
    ),
    (
        "Guests who have not registered may not read reviews.",
        "Every guest can read the reviews, even without registering.",
    ),
    (
        "People who have no account may not download the map.",
        "Anyone may download the map, even without an account.",
    ),
    (
        "Customers who have not verified their age may not order wine.",
        "All customers can order wine without verifying their age.",
    ),
    (
        "Readers who are not signed in may not post comments.",
        "Every reader can post comments, even without signing in.",
    ),
    (
        "Chat logs are wiped as soon as the chat is closed.",
        "We are obliged to keep all chat logs for two years.",
    ),
    (
        "The access codes are deleted as soon as the guest leaves.",
        "Access codes must be kept for 30 days.",
    ),
    (
        "Camera pictures are erased as soon as the visitor has left.",
        "We have to keep camera pictures for 72 hours.",
    ),
    (
        "Application papers are destroyed the moment the position is filled.",
        "Application papers have to be kept for six months.",
    ),
    (
        "Delivery notes are purged once the parcel has been handed over.",
        "Delivery notes have to be retained for ten years.",
    ),
    (
        "The customer number must be unique.",
        "The same customer number may be used by several branches.",
    ),
    (
        "Every badge number has to be unique.",
        "The same badge number can be issued to two employees.",
    ),
    ("A serial number must be unique.", "Several devices may have the same serial number."),
    (
        "E-mail addresses must be unique.",
        "The same e-mail address may be registered by more than one member.",
    ),
    ("The room name has to be unique.", "The same room name can be given to several rooms."),
    (
        "The stock levels have to be up to date to the second.",
        "To save load, stock levels are cached for 12 hours.",
    ),
    (
        "Exchange rates must always be up to date.",
        "The exchange rates come from a cache that is renewed once a day.",
    ),
    ("Waiting times are shown live.", "Waiting times are kept in the cache for 30 minutes."),
    (
        "The till must work without internet.",
        "Every payment has to be approved by a cloud service before the receipt is printed.",
    ),
    (
        "The gate check must be answered within 80 ms.",
        "For each gate check the system asks an external ticket service and waits for its reply.",
    ),
    (
        "Signing in must be confirmed with a second factor.",
        "Signing in must take one tap and nothing more.",
    ),
    (
        "Each payment needs a second factor.",
        "Paying must take a single click with no further steps.",
    ),
    (
        "Online check-in is essential for launch. It does not work without the passport scanner.",
        "The passport scanner is optional and can come later.",
    ),
    (
        "Every one of the 40 requirements is top priority.",
        "Please rank the requirements so that we know which can wait.",
    ),
    ("All features are must-haves.", "Tell us which features we can postpone."),
    (
        "Everything on the list is top priority.",
        "We need to know which items come first and which can wait.",
    ),
)
NEAR = (
    (
        "We agreed to drop gift vouchers from the release.",
        "The release lets customers buy tickets.",
    ),
    (
        "We cut table reservations from the first version.",
        "In the second version guests reserve a table online.",
    ),
    (
        "Trainee nurses have access to the full medication list.",
        "Trainees are not allowed to see the payroll list at all.",
    ),
    ("Senior coaches can edit the training plan.", "Volunteers may not change the training plan."),
    (
        "Trainers should be able to change the course plan from their phones.",
        "For parents the course plan is read-only.",
    ),
    (
        "Trainers should be able to change the course plan.",
        "For trainers the payment plan is read-only.",
    ),
    (
        "Guests who have not registered may not read reviews.",
        "Every guest can see the menu, even without registering.",
    ),
    (
        "Guests who are not logged in may not post reviews.",
        "Every guest can read the reviews, even without logging in.",
    ),
    (
        "Chat logs are wiped as soon as the chat is closed.",
        "We are obliged to keep all invoices for two years.",
    ),
    (
        "Chat logs are kept for two years.",
        "After two years, the chat logs are wiped automatically.",
    ),
    ("Access codes must be kept for 30 days.", "After 30 days the access codes are deleted."),
    ("Camera pictures are kept for 72 hours.", "Camera pictures are erased after 72 hours."),
    (
        "The customer number must be unique.",
        "The same customer name may be used by several branches.",
    ),
    (
        "The stock levels have to be up to date to the second.",
        "Product pictures are cached for 12 hours.",
    ),
    (
        "The till must work without internet.",
        "The monthly report is calculated by a cloud service.",
    ),
    (
        "The gate check must be answered within 80 ms.",
        "For each refund the system asks an external payment service and waits for its reply.",
    ),
    (
        "Employees should be able to sign in with one tap.",
        "Suppliers sign in with a password plus a code from an app.",
    ),
    (
        "Members log in with one click.",
        "Treasurers log in with a long password plus a code sent to their phone.",
    ),
    (
        "Every one of the 40 requirements is documented.",
        "Please rank the requirements so that we know which can wait.",
    ),
    (
        "Patient files must be stored on our own servers.",
        "The public website of the clinic is hosted on AWS.",
    ),
    ("The accounts must be kept on our own server.", "The marketing website runs on Azure."),
    ("The door opens for 5 seconds.", "After 5 seconds the door is closed."),
    (
        "Guests who are logged in may not post twice.",
        "Every guest can see the price without logging in.",
    ),
    ("It works well.", "The map is optional."),
    (
        "The field tool must work offline.",
        "The dashboard in the office loads its figures from the cloud server.",
    ),
    (
        "The inspection app works without internet in the tunnel.",
        "The office dashboard needs a connection to the server at all times.",
    ),
    (
        "The till must work without internet.",
        "The monthly report is calculated by a cloud service.",
    ),
    ("The backend is serverless.", "A training video of two hours can be watched."),
    ("The system runs on AWS Lambda.", "Videos may be up to two hours long."),
    ("Nobody can see who answered.", "Managers see which questions were skipped most often."),
    ("The server software runs on Linux only.", "Customers use Windows on their computers."),
    ("Our servers run Linux only.", "Customers work with Windows laptops."),
    ("The lamp is on when the room is occupied.", "The lamp is off when the room is empty."),
    ("The light is green when the seat is free.", "The light is red when the seat is taken."),
    ("The heating is on while somebody is at home.", "The heating is off while nobody is at home."),
    (
        "Case files must be stored on our own servers on site.",
        "The public website of the firm is hosted on AWS.",
    ),
    (
        "Loan records are kept for five years.",
        "After five years, the loan records are erased automatically.",
    ),
    (
        "Residents should be able to log in with one tap on their own tablet.",
        "Administrators log in with a long password plus a code from an authenticator app.",
    ),
)


@pytest.mark.parametrize("said", CLASHES)
def test_that_exclude_each_other_are_found(said: tuple[str, ...]):
    assert found(said)


@pytest.mark.parametrize("said", NEAR)
def test_that_go_together_are_not(said: tuple[str, ...]):
    assert not found(said)
