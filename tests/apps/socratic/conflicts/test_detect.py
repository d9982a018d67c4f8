"""What is told as a conflict, what is not, and that no text breaks it."""

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from menon.apps.socratic.conflicts import Conflict, Grade, Statement, detect


def found(*texts: str) -> list[Conflict]:
    return detect(Statement(str(at), "project_manager", text) for at, text in enumerate(texts))


def types(conflicts: Iterable[Conflict]) -> list[str]:
    return [one.type.value for one in conflicts]


CONFLICTS = [
    ("timeline", "The project must be completed in 2 weeks.", "It takes at least 6 weeks."),
    ("timeline", "completed in 2 weeks", "at least 6 weeks"),
    ("timeline", "We have a fortnight to launch.", "Development takes six months."),
    ("timeline", "Launch by 1 March 2027.", "The launch is not before Q3 2027."),
    ("timeline", "The deadline is 1 March 2027.", "The deadline is 1 June 2027."),
    ("numeric", "The API responds within 200 ms.", "The p95 latency of the API is at least 1.5 s."),
    ("numeric", "Supports up to 500 concurrent users.", "At least 2,000 simultaneous users."),
    ("numeric", "Uploads are limited to 10 MB.", "Users must be able to upload 100 MB."),
    ("budget", "The budget is forty thousand dollars.", "Development costs $60k."),
    ("budget", "We cannot spend more than EUR 40.000.", "The project will cost 1.5M euros."),
    ("technology", "It must run serverless.", "It stores everything in a local SQLite file."),
    ("technology", "MongoDB is not allowed.", "Orders are stored in MongoDB."),
    ("technology", "The database is MySQL.", "All data is stored in PostgreSQL."),
    ("scope", "There is no mobile app.", "Users install the iOS app."),
    ("scope", "Out of scope: payments, chat.", "Customers pay by credit card."),
    ("permission", "Only admins may delete invoices.", "Every user can delete invoices."),
    ("permission", "Nobody but the admin can erase orders.", "Managers may remove orders."),
    ("data", "Each order has exactly one customer.", "An order may belong to several customers."),
    ("data", "User data is deleted immediately.", "User data is kept for 7 years."),
    ("data", "The email must be unique.", "Two users may share the same email."),
    ("data", "The phone number is mandatory.", "The phone number may be left empty."),
    ("priority", "The export is a must-have.", "The export is nice to have."),
    ("tension", "Availability must be 99.99 %.", "Everything runs on a single node."),
    ("tension", "p95 < 50 ms", "Each request makes a synchronous external call."),
    ("text", "Logs are written synchronously.", "Logs are written asynchronously."),
    ("timeline", "we need this live in a fortnight", "thats about 3 months of dev work"),
    ("timeline", "Go-live is 1 June 2027.", "User testing cannot begin before 15 July 2027."),
    ("timeline", "out the door by xmas", "The earliest we can ship is the end of February."),
    ("numeric", "Uploads may be up to 50 MB.", "Any upload bigger than 20 MB is rejected."),
    ("budget", "There's 25k in the pot.", "The agency wants 32k for the build."),
    ("budget", "Monthly cloud costs are at most $200.", "Hosting costs $6,000 a year."),
    (
        "budget",
        "The budget is 120,000 euros.",
        "Three contractors at €650 per day for four months.",
    ),
    ("technology", "Only open-source components.", "We use Oracle Enterprise Edition."),
    ("technology", "The API is GraphQL.", "The API is exposed as SOAP web services."),
    ("scope", "The following are not part of it:\n- chat", "Members chat with each other."),
    ("scope", "Leave vouchers out.", "Customers redeem vouchers."),
    ("permission", "Prices are hidden from mechanics.", "Mechanics can see prices."),
    ("permission", "Guests have read-only access to orders.", "Guests edit orders."),
    ("permission", "It is up to the notary alone to sign deeds.", "Clerks may sign deeds."),
    ("data", "No two cards have the same number.", "Cards may share a number."),
    ("data", "phone is mandatory when you register", "dont force people to give a phone number"),
    ("tension", "No booking may ever be lost.", "Backups are made once a night."),
    ("text", "Tickets are not refundable.", "Tickets are refundable until a day before the show."),
    ("text", "Marks are rounded to whole numbers.", "Marks are not rounded to whole numbers."),
]

NEAR_MISSES = [
    ("The project must be completed in 8 weeks.", "It takes at least 6 weeks."),
    ("The project must be completed in 1 month.", "Development takes 4 weeks."),
    ("The MVP must be ready in 2 weeks.", "The full product takes at least 6 months."),
    ("Orders are delivered within 2 days.", "The project takes at least 6 weeks."),
    ("Checkout takes at most 5 s.", "Search takes at most 3 s."),
    ("The API responds within 200 ms.", "The API responds within 0.2 s."),
    ("Uptime is 99.9 % in production.", "Uptime is 95 % in staging."),
    ("Free users store up to 1 GB.", "Premium users store at least 50 GB."),
    ("The budget is $40k.", "Each order over $50,000 needs an approval."),
    ("The database is PostgreSQL.", "Redis is used as a cache."),
    ("The phone app keeps a local SQLite file on the device.", "The backend is serverless."),
    ("There is no mobile app.", "The website works on mobile phones."),
    ("Payments are out of scope in phase 1.", "In phase 2 customers pay by card."),
    ("Everyone except guests may comment.", "Guests cannot comment."),
    ("Only admins may delete invoices.", "Every user can view invoices."),
    ("Students can see their own marks.", "Students cannot see the marks of other students."),
    ("Each order has one customer.", "A customer has many orders."),
    ("Invoices are kept for 10 years.", "Sessions are deleted after 1 day."),
    ("The export is a must-have.", "The import is nice to have."),
    ("The banner is red.", "The footer is blue."),
    ("The parent app takes 12 weeks.", "The driver app takes at least five months."),
    ("The project takes 6 months.", "Development takes 12 weeks."),
    ("Rollout is in May 2028.", "The software is finished in February 2028."),
    ("Registration opens six months before the race.", "Everything is done in six weeks."),
    ("Customers get a card within 10 working days.", "The project takes 18 months."),
    ("A parcel may weigh up to 30 kg.", "A parcel of 25 kg or less needs one courier."),
    ("Running costs are below $1,000 monthly.", "The one-off development cost is $60,000."),
    ("The public site is static HTML.", "The member area is a Django application."),
    ("Orders cannot be changed after shipping.", "Orders can be changed before shipping."),
    ("Clerks cannot download deeds.", "Clerks can view deeds."),
    ("Payslips are kept for ten years.", "Draft payslips are deleted after 30 days."),
    ("The newsletter is P3 and depends on the contacts.", "The contacts are P1."),
    ("Readings must be shown in real time.", "Bills are made in a nightly batch."),
    ("The lock opens at 6 am in summer.", "The lock opens at 8 am in winter."),
    ("Skates are hired per hour.", "Lockers are not hired per hour."),
    ("Members cannot view the loans of other members.", "Staff can view the loans of all members."),
    ("Guests can search without an account.", "Members must log in before they reserve books."),
]


class TestConflicts:
    @pytest.mark.parametrize(("kind", "one", "other"), CONFLICTS)
    def test_are_told_with_their_type(self, kind: str, one: str, other: str):
        assert types(found(one, other)) == [kind]

    @pytest.mark.parametrize(("kind", "one", "other"), CONFLICTS)
    def test_do_not_depend_on_the_order(self, kind: str, one: str, other: str):
        assert types(found(other, one)) == [kind]

    @pytest.mark.parametrize(("one", "other"), NEAR_MISSES)
    def test_are_not_told_of_what_only_looks_alike(self, one: str, other: str):
        assert found(one, other) == []

    def test_name_their_statements_and_offer_ways_out(self):
        (conflict,) = found("Unrelated.", "completed in 2 weeks", "at least 6 weeks")
        assert conflict.statements == ("1", "2")
        assert conflict.values == ("in 2 weeks", "at least 6 weeks")
        assert conflict.grade is Grade.HARD
        assert [one.effect for one in conflict.resolutions] == ["keep:1", "keep:2", "split"]
        assert all(one.text.endswith("?") or "?" in one.text for one in conflict.resolutions)

    def test_are_sorted_by_grade(self):
        told = found(
            "Availability must be 99.99 %.", "Everything runs on a single server.",
            "completed in 2 weeks", "at least 6 weeks",
        )  # fmt: skip
        assert [one.grade for one in told] == [Grade.HARD, Grade.WARN]

    def test_may_need_three_statements(self):
        told = found("Checkout is P1.", "Checkout depends on vouchers.", "Vouchers are P3.")
        assert [(one.type.value, one.statements) for one in told] == [("priority", ("0", "1", "2"))]

    def test_add_costs_and_people(self):
        assert types(
            found("The budget is $40k.", "Design costs $15k.", "Development costs $30k.")
        ) == ["budget"]
        told = found(
            "Our team has 5 developers.", "A developer costs $100 per hour.",
            "The project takes 6 months.", "The budget is $200,000.",
        )  # fmt: skip
        assert types(told) == ["budget"]

    def test_add_times_to_a_start(self):
        told = found(
            "Work starts on 1 February 2027.", "The project takes 6 months.",
            "The system must be live by 1 May 2027.",
        )  # fmt: skip
        assert types(told) == ["timeline"]

    def test_are_not_told_within_one_statement(self):
        assert found("Completed in 2 weeks. At least 6 weeks.") == []


class TestSlots:
    def test_help_to_read_a_bare_answer(self):
        told = detect(
            [
                Statement("a", "project_manager", "2 weeks", "plan.deadline"),
                Statement("b", "technical_lead", "at least 6 weeks", "plan.effort"),
            ]
        )
        assert types(told) == ["timeline"]

    @pytest.mark.parametrize(
        "value", [{"value": 40_000, "unit": "USD"}, {"amount": 40_000, "currency": "USD"}, "$40k"]
    )
    def test_bring_typed_values(self, value: object):
        told = detect(
            [
                Statement("a", "project_manager", "", "plan.budget", value),
                Statement("b", "developer", "The licence costs $60k."),
            ]
        )
        assert types(told) == ["budget"]


WORDS = st.sampled_from(
    [
        "the",
        "system",
        "must",
        "not",
        "be",
        "at",
        "most",
        "least",
        "5",
        "ms",
        "s",
        "weeks",
        "$",
        "40k",
        "%",
        "users",
        "may",
        "only",
        "admins",
        "delete",
        "invoices",
        "no",
        "out",
        "of",
        "scope",
        ":",
        ",",
        ".",
        "and",
        "or",
        "except",
        "unless",
        "if",
        "per",
        "1.000,5",
        "2027",
        "march",
        "q3",
        "half",
        "a",
        "million",
        "unique",
        "99999999999999999999999999",
        "can't",
        "≤",
        "é",
        "\x00",
        ")",
        "(",
        "*",
        "-",
        "/",
        "between",
        "5",
        "and",
        "to",
        "by",
    ]
)


class TestAnyText:
    @settings(max_examples=150, deadline=None)
    @given(st.lists(st.text(max_size=200), max_size=6))
    def test_is_read_without_an_error(self, texts: list[str]):
        assert isinstance(found(*texts), list)

    def test_of_a_number_without_a_currency_among_sums_is_read(self):
        text = "The budget is 4,000 USD for design, 3,000 USD for hosting and 1.000,5 for the rest."
        assert found(text) == []

    @settings(max_examples=300, deadline=None)
    @given(st.lists(st.lists(WORDS, max_size=25).map(" ".join), min_size=1, max_size=5))
    def test_of_telling_words_is_read_and_told_alike_twice(self, texts: list[str]):
        assert found(*texts) == found(*texts)

    @pytest.mark.parametrize(
        "text",
        [
            "a" * 100_000, "1" * 100_000, "1," * 50_000, "1 000 " * 16_000, "not " * 25_000,
            "and is " * 14_000, "$" * 100_000, "no more than " * 8_000, "half a " * 14_000,
            "((((" * 25_000, "million " * 12_000, "by the end of " * 7_000, "one and " * 12_000,
            "Users may delete orders. " * 4_000, "\u0663" * 5_000, "\n" * 100_000,
            "given " + "a when b " * 11_000,
        ],
        ids=range(17),
    )  # fmt: skip
    def test_of_100_kilobytes_comes_to_an_end(self, text: str):
        assert isinstance(found(text, "at least 6 weeks"), list)

    def test_that_says_the_same_500_times_is_capped(self):
        said = [f"The API responds within {n} ms." for n in range(1, 251)]
        against = [f"The API needs at least {n} s to respond." for n in range(1, 251)]
        assert 0 < len(found(*said, *against)) <= 1_000


def test_an_objective_of_recovery_is_no_operating_system():
    said = [
        Statement("a", "developer", "rto: 8 hours"),
        Statement("b", "developer", "We write it in Python; it runs again within 8 hours (RTO)."),
    ]
    assert detect(said) == []
