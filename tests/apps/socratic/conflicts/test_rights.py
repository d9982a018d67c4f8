"""Rights in the words of different people: what contradicts, and what only looks like it."""

import pytest

from menon.apps.socratic.conflicts import Statement, detect

CLASHES = {
    "anything": (
        ("Trainees may change the rota.", "Trainees are not allowed to change anything."),
        ("Nothing may be deleted.", "Wardens delete old keys."),
        ("Nothing is ever erased.", "Old cards are erased after five years."),
    ),
    "on their own": (
        ("Pickers can publish their notes directly.", "Pickers must not publish notes themselves."),
        ("Apprentices may sign slips on their own.", "Slips are signed by the foreman only."),
    ),
    "said twice": (
        (
            "A trainee may release a batch.",
            "Only licensed brewers are allowed to release a batch, never a trainee.",
        ),
    ),
    "circumstance": (
        (
            "Tenants should be able to see the readings of all flats.",
            "For reasons of privacy no tenant is permitted to see readings of other flats.",
        ),
    ),
    "need": (
        ("Shift leads need the right to correct stock.", "Correcting stock is up to the owner."),
        ("Porters need to see the lists.", "Porters are not permitted to see the lists."),
        ("Curators are responsible for editing labels.", "Labels may be edited by the owner only."),
    ),
    "several words": (
        (
            "Every clerk may open the dossiers of all colleagues.",
            "Only the personnel office can look into dossiers.",
        ),
    ),
    "never": (("A ticket can never be deleted.", "The warden can delete a ticket."),),
    "own": (
        ("All guides see all tours.", "Guides see only the tours assigned to them."),
        ("Every nurse can open any chart.", "A nurse opens only the charts on her own ward."),
    ),
    "nouns of action": (
        ("Invitations are sent only by leaders.", "Every member can invite friends."),
    ),
    "made": (
        ("Notes can be edited by their authors.", "Notes cannot be changed once posted."),
        ("Users can edit notes they have sent.", "Notes cannot be edited once they are sent."),
    ),
    "kinds of people": (
        ("A hostel guest may open the gate.", "Guests must not open the gate."),
        ("Everyone can approve a bill.", "A bill has to be approved by the treasurer."),
    ),
    "at night": (
        ("Only doctors can change the dose.", "Nurses change the dose during the night shift."),
    ),
    "withdrawn": (("Bids cannot be withdrawn.", "Bidders can withdraw their bids."),),
    "read only": (("All members can edit the diary.", "The diary is read-only for members."),),
}
NEAR = {
    "anything else": (
        ("Trainees can see the rota.", "Trainees are not allowed to change anything."),
        ("Trainees see their rota.", "Trainees must not see anything else."),
    ),
    "another act": (
        ("Pickers can submit their notes.", "Pickers must not publish anything themselves."),
        ("A trainee may prepare a batch.", "Only licensed brewers may release a batch."),
        ("Members can see the list of members.", "Only the board sends out invitations."),
    ),
    "of others": (
        ("Donors can look at their own results.", "Donors have no access to results of others."),
        ("Marks are shown to the learner.", "Marks are never shown to other learners."),
        ("Each user can see their own bills.", "Only accountants may see all bills."),
    ),
    "parts": (("A ticket can never be deleted.", "Drafts of tickets are deleted after a week."),),
    "seniors": (("Wardens may not close a case.", "The chief warden may close a case."),),
    "two approvals": (
        ("A bill must be approved by the treasurer.", "A bill must be approved by the chair."),
    ),
    "when": (
        ("Players may see the draw after the match.", "No player may see it before the match."),
        ("The clerk may see it before the trial.", "The clerk may not see it during the trial."),
    ),
}
STEPS = (
    ("Guests may post notes without logging in.", "Users must be logged in to post notes."),
    ("Visitors can vote without registering.", "You have to be registered to vote."),
    ("Anyone can fetch minutes without an account.", "An account is needed to fetch minutes."),
    ("Guests are allowed to comment.", "Commenting requires an account."),
    ("Refunds must be approved by a supervisor.", "Clerks issue refunds without approval."),
    ("Each step is confirmed by a second person.", "Steps are not confirmed by a second person."),
    ("Any skipper may cancel a crossing.", "Cancelling a crossing requires approval."),
    ("Plots must not be swapped without consent.", "Gardeners may swap plots."),
)
NO_STEPS = (
    ("Guests may read notes without logging in.", "Users must be logged in to post notes."),
    ("Guests are allowed to read notes.", "Commenting requires an account."),
    ("Any skipper may delay a crossing.", "Cancelling a crossing requires approval."),
)


def found(said: tuple[str, ...]) -> bool:
    return bool(detect(Statement(str(at), "", text) for at, text in enumerate(said)))


@pytest.mark.parametrize("said", [pair for pairs in CLASHES.values() for pair in pairs])
def test_given_here_and_taken_there_are_found(said: tuple[str, ...]):
    assert found(said)


@pytest.mark.parametrize("said", [pair for pairs in NEAR.values() for pair in pairs])
def test_of_other_acts_people_and_times_are_none(said: tuple[str, ...]):
    assert not found(said)


@pytest.mark.parametrize("said", STEPS)
def test_steps_left_out_are_found(said: tuple[str, ...]):
    assert found(said)


@pytest.mark.parametrize("said", NO_STEPS)
def test_steps_of_other_acts_are_none(said: tuple[str, ...]):
    assert not found(said)
