"""One way to contradict each, in words of its own, and what only looks like it."""

import pytest

from menon.apps.socratic.conflicts import ConflictType, Grade, Statement, detect


def found(*said: str) -> set[ConflictType]:
    return {
        one.type for one in detect(Statement(str(at), "", text) for at, text in enumerate(said))
    }


DENIALS = (
    ("The shop sends no text messages.", "A buyer gets a text message when a parcel leaves."),
    ("Fees are shown with tax.", "On the till the fees are shown without tax."),
    ("The tool rejects drafts of letters.", "The tool takes in drafts of letters."),
    ("The kiosk must log the visitor out.", "The kiosk keeps the visitor logged in."),
)
CASES = (
    ("A seat is held if it is paid.", "A seat is not held if it is unpaid."),
    ("The list is shown before the draw.", "The list is not shown after the draw."),
    ("The digest goes to all unless they opted out.", "Who opted out does not get the digest."),
    ("A late reply is flagged.", "A reply in time is not flagged."),
)


class TestDenials:
    @pytest.mark.parametrize(("one", "other"), DENIALS)
    def test_are_found_whatever_the_verb(self, one: str, other: str):
        assert found(one, other)

    @pytest.mark.parametrize(("one", "other"), CASES)
    def test_of_another_case_are_none(self, one: str, other: str):
        assert not found(one, other)


class TestOrders:
    @pytest.mark.parametrize(
        "said",
        [
            (
                "Badges are printed after the fee is paid.",
                "The fee is paid once badges are printed.",
            ),
            ("Build the map before the diary.", "The diary comes ahead of the map."),
            (
                "The diary must be usable by 1 May 2030.",
                "The diary cannot be used before the sensors arrive.",
                "The sensors arrive on 3 June 2030.",
            ),
            (
                "The trial starts on 1 March and lasts four months.",
                "The trial is over by the end of May.",
            ),
            (
                "Ticket sales start on 1 June 2030.",
                "Ticket sales will start in July 2030 at the earliest.",
            ),
        ],
    )
    def test_that_run_in_a_circle_or_too_late_are_told(self, said: tuple[str, ...]):
        assert ConflictType.TIMELINE in found(*said)

    @pytest.mark.parametrize(
        "said",
        [
            ("Badges are printed after the fee is paid.", "Badges are sent after the fee is paid."),
            (
                "The diary must be usable by 1 May 2030.",
                "The diary cannot be used before the sensors arrive.",
                "The sensors arrive on 3 April 2030.",
            ),
            ("Lot 1 is delivered by 2 May 2030.", "Lot 2 is not delivered before 2 June 2030."),
            ("Ticket sales start on 1 June 2030.", "Ticket sales end on 9 July 2030."),
        ],
    )
    def test_that_can_be_kept_are_not(self, said: tuple[str, ...]):
        assert not found(*said)


class TestRights:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Jurors are forbidden to trade votes.", "Jurors can trade votes with each other."),
            ("Nobody except the dean certifies marks.", "The tutors certify their own marks."),
            (
                "Drafts are never released by interns.",
                "At weekends drafts are released by the interns.",
            ),
            ("The films are only for members.", "The films are open to everyone."),
            (
                "As a nurse I want to change the dose.",
                "The system must allow nobody but doctors to change the dose.",
            ),
            (
                "Clerks can't change a claim after it has been paid.",
                "A clerk can still edit the claim when it is already paid.",
            ),
        ],
    )
    def test_are_compared_for_any_verb(self, one: str, other: str):
        assert ConflictType.PERMISSION in found(one, other)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Jurors are forbidden to trade votes.", "Clerks can trade votes."),
            (
                "Clerks may edit a claim until they submit it.",
                "Once a claim has been submitted, the clerk cannot edit it any more.",
            ),
        ],
    )
    def test_of_others_or_before_are_other_rights(self, one: str, other: str):
        assert not found(one, other)

    def test_that_a_narrower_group_lacks_are_only_doubtful(self):
        said = ("Anyone can read the notes.", "Guests may not read the notes.")
        told = detect(Statement(str(at), "", text) for at, text in enumerate(said))
        assert [one.grade for one in told] == [Grade.WARN]


class TestData:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (
                "A tax number is required for every order.",
                "Customers may leave the tax number empty when they order.",
            ),
            ("A crew has exactly one leader.", "A crew can have several leaders at the same time."),
            (
                "A lesson has one teacher.",
                "Planners can assign two or three teachers to one lesson.",
            ),
            (
                "No two guests may have the same badge.",
                "A couple can use one badge for both of them.",
            ),
            (
                "We throw the letters away after two years.",
                "The letters are kept for at least a whole decade.",
            ),
        ],
    )
    def test_is_required_unique_single_or_kept(self, one: str, other: str):
        assert ConflictType.DATA in found(one, other)


class TestLimits:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Scans can be up to 9 MB.", "The site rejects any scan larger than 3 MB."),
            (
                "The rota is published at least four weeks before the month begins.",
                "The rota is published no earlier than ten days before the month begins.",
            ),
            (
                "A complaint is answered within 48 hours.",
                "A complaint is answered no earlier than five days after it has been lodged.",
            ),
        ],
    )
    def test_are_read_from_what_is_refused_and_from_before(self, one: str, other: str):
        assert ConflictType.NUMERIC in found(one, other)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("A shift lasts at most 10 hours.", "The rest after a shift is at least 11 hours."),
            ("Class B boats are at most 9 m long.", "Class C boats are at least 11 m long."),
            ("An album opens in a second or less.", "Downloading the album may take a minute."),
        ],
    )
    def test_of_what_lies_beside_are_others(self, one: str, other: str):
        assert not found(one, other)


class TestScope:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("The site is in English only.", "Parents can switch the site to Spanish."),
            (
                "A route planner? No, we won't do that.",
                "Members draw a tour with the route planner.",
            ),
            (
                "Vital signs such as blood pressure are out of scope.",
                "Nurses enter the blood pressure.",
            ),
            (
                "Repair requests are postponed to a later release.",
                "Tenants send repair requests with a photo.",
            ),
        ],
    )
    def test_is_what_is_left_out_by_any_words(self, one: str, other: str):
        assert ConflictType.SCOPE in found(one, other)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Not included in lot 1: user training", "Deliverables of lot 2: user training"),
            (
                "Appeals against demolitions have no delaying effect.",
                "Appeals against tariffs have a delaying effect.",
            ),
        ],
    )
    def test_is_not_what_another_part_has(self, one: str, other: str):
        assert not found(one, other)


class TestMoney:
    @pytest.mark.parametrize(
        "said",
        [
            (
                "We have 30,000 euros for the project.",
                "The order module costs 14,000 euros.",
                "The patient file costs 12,000 euros.",
                "The app for owners costs 9,000 euros.",
            ),
            (
                "There is $20,000 for the tenant portal.",
                "The offer for the tenant portal comes to $27,000.",
            ),
            (
                "We have no money at all for this project.",
                "The SMS gateway costs us 45 euros a month.",
            ),
        ],
    )
    def test_of_parts_and_offers_is_summed(self, said: tuple[str, ...]):
        assert ConflictType.BUDGET in found(*said)

    def test_of_others_is_none_of_ours(self):
        assert not found(
            "The software budget is 5,000 euros.",
            "The van costs 28,000 euros and is paid for by a fund.",
        )


class TestNeighbours:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("The tool doesn't do payroll.", "A clerk works in the payroll office."),
            ("We have 5,000 euros for the website.", "The new oven costs 9,000 euros."),
            ("An order can be changed.", "A paid order can't be changed."),
            ("Plans older than a year are archived.", "Plans older than ten years are deleted."),
            ("The student can see the mark.", "The student can't see the marks of others."),
            ("We do not store card numbers.", "The payment provider stores card numbers."),
        ],
    )
    def test_are_no_contradictions(self, one: str, other: str):
        assert not found(one, other)


class TestSurroundings:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("The log works where there is no network.", "Each entry is verified online."),
            (
                "The log works without internet.",
                "Each entry is checked against the central server.",
            ),
        ],
    )
    def test_in_which_it_must_work_are_read_from_conditions(self, one: str, other: str):
        assert found(one, other)

    def test_of_another_end_are_none(self):
        assert not found("The app must work offline.", "The website needs an internet connection.")
