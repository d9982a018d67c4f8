"""Six people of another temper than those that the strategy was written for, each of another trade.

They were written before the strategy or a parser was tried on them. What each of them means is
written down as well (`means`), so that it can be counted what was understood, missed and mistaken.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.socratic.respondents import Respondent
from menon.apps.socratic.questions.state import Question


@dataclass(frozen=True, kw_only=True)
class Stranger(Respondent):
    """A respondent with what they mean: words that have to be shown of a slot in the end."""

    means: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


@dataclass(frozen=True, kw_only=True)
class Terse(Stranger):
    """One thing at a time, in the fewest words; `yes`, `no` or `dunno` to everything else."""

    def reply(self, question: Question, earlier: Sequence[Question] = ()) -> str:
        """A fact about the first slot that they know of, else a single word."""
        if question.kind == "resolution":
            return "1"
        if question.kind == "accept":
            return "yes"
        told = [fact for slot in question.slots if (fact := self._fact(slot))]
        if told:
            return told[0]
        if question.kind in {"yes_no", "relations", "states"}:
            return "no"
        if question.kind in {"option", "choices", "lines", "text"}:
            return "ok" if len(earlier) % 2 else "no"
        return "dunno"


@dataclass(frozen=True, kw_only=True)
class Rambling(Stranger):
    """Answers with whole stories, in which the answers to other questions stand as well."""

    def reply(self, question: Question, earlier: Sequence[Question] = ()) -> str:
        """All facts in sentences of their own, and something that has nothing to do with it."""
        del earlier
        if question.kind == "resolution":
            return f"Hm, well, then I would say {question.options[0].text}"
        told = [fact for slot in question.slots if (fact := self._fact(slot))]
        if told:
            return " ".join(dict.fromkeys(told))
        if question.kind == "accept":
            return "Oh, I suppose so, yes, that sounds fine to me, you know these things better."
        return "Well, that I leave to you, please take whatever you would recommend there."


@dataclass(frozen=True, kw_only=True)
class Wavering(Stranger):
    """Says one thing, and another later, when they are asked about something else."""

    later: dict[str, str] = field(default_factory=dict[str, str])
    """What comes to their mind while they are asked about a slot."""

    def reply(self, question: Question, earlier: Sequence[Question] = ()) -> str:
        """What they know, and what they now think of things that they spoke of before."""
        del earlier
        if question.kind == "resolution":
            return question.options[-1].text
        said = super().reply(question)
        second = [self.later[slot] for slot in question.slots if slot in self.later]
        return ". ".join([said, *second]) if said != "don't know" else ". ".join(second) or said


@dataclass(frozen=True, kw_only=True)
class Late(Stranger):
    """Still thinks of the last question when the next one comes; answers that one."""

    def reply(self, question: Question, earlier: Sequence[Question] = ()) -> str:
        """The answer to the question before; every third time to this one, since they caught up."""
        if question.kind == "resolution":
            return question.options[0].text
        if not earlier:
            return "Hello! Give me a second, please."
        if len(earlier) % 3 == 2:
            before, now = super().reply(earlier[-1]), super().reply(question)
            return before if before == now else f"{before}\n{now}"
        return super().reply(earlier[-1])


@dataclass(frozen=True, kw_only=True)
class Deferring(Stranger):
    """Knows their own work, and who knows the rest."""

    asks: tuple[str, ...]
    """How they pass a question on, one after another."""

    def reply(self, question: Question, earlier: Sequence[Question] = ()) -> str:
        """A fact where it is their own work, else somebody else's name."""
        if question.kind == "resolution":
            return question.options[0].text
        told = [fact for slot in question.slots if (fact := self._fact(slot))]
        if told:
            return ", ".join(dict.fromkeys(told))
        return self.asks[len(earlier) % len(self.asks)]


BEEKEEPER = Terse(
    name="terse beekeeper",
    project="Apiary",
    facts={
        "goal.problem": "I forget which hive got what",
        "goal.actors": "me and two helpers",
        "goal.outside": "no selling",
        "behaviour.stories": "Helpers log inspections",
        "data.entities": "hives, inspections, harvests",
        "data.entity[Hive].fields": "name, location, queen year",
        "data.entity[Inspection].fields": "date, notes, mites",
        "data.entity[Harvest].fields": "date, kilos",
        "data.entity[Inspection].relations": "hive",
        "data.entity[Harvest].relations": "hive",
        "behaviour.permissions": "helpers may add inspections",
        "plan.budget": "nothing",
        "plan.team": "me",
    },
    means={
        "goal.problem": ("hive",),
        "goal.actors": ("helper",),
        "goal.outside": ("selling",),
        "data.entities": ("Hive", "Inspection", "Harvest"),
        "data.entity[Hive].fields": ("queen_year",),
        "data.entity[Inspection].fields": ("mites",),
        "data.entity[Inspection].relations": ("Hive",),
        "data.entity[Harvest].relations": ("Hive",),
        "plan.team": ("1",),
    },
)
WEDDINGS = Rambling(
    name="rambling wedding planner",
    project="Weddings",
    facts={
        "goal.problem": "Oh, where do I begin. Last summer we had a florist turn up on the wrong "
        "Saturday because the list was in my other handbag, so really the trouble is that "
        "everything is in my head. By the way, my partner says we can spend 25,000 EUR at most, "
        "and it must be live by 2027-05-01, before the season starts.",
        "goal.actors": "There are planners, that is Ines and me, and the couples of course, and "
        "vendors such as florists. We are only a team of 3 people building it, my nephew and two "
        "friends of his.",
        "goal.outside": "We will not do any online payments, and no seating plans please. Oh and "
        "it has to be up 99.9 % of the time on Saturdays.",
        "behaviour.stories": "Well, as a planner I want to see all weddings of a month so that I "
        "do not double book. Couples can confirm a vendor. Vendors can see their bookings. And "
        "there are maybe 40 users at the same time, in June that is.",
        "data.entities": "Wedding: date, place, budget > 0, couple name required; Vendor: name, "
        "trade, email unique; Booking: price > 0, confirmed yes/no. A booking belongs to a "
        "wedding and a vendor. We keep all that for 3 years.",
        "behaviour.permissions": "Planners can do everything, couples may read weddings and "
        "update bookings, and vendors may only read their own bookings.",
        "quality.compliance": "I was told about the GDPR, my sister is a lawyer. And a backup "
        "every night would let me sleep.",
    },
    means={
        "goal.problem": ("florist",),
        "goal.actors": ("planner", "couple", "vendor"),
        "goal.outside": ("payments", "seating plans"),
        "data.entities": ("Wedding", "Vendor", "Booking"),
        "data.entity[Booking].relations": ("Wedding", "Vendor"),
        "plan.budget": ("25,000 EUR",),
        "plan.deadline": ("2027-05-01",),
        "plan.team": ("3",),
        "quality.availability": ("99.9",),
        "quality.concurrency": ("40",),
        "delivery.backup": ("day",),
        "quality.compliance": ("GDPR",),
    },
)
CARS = Wavering(
    name="wavering car sharer",
    project="Car sharing",
    facts={
        "goal.problem": "Keys go missing and nobody knows who drove last",
        "goal.actors": "drivers, wardens",
        "goal.outside": "no payments, no native app",
        "behaviour.stories": "As a driver I want to book a car so that it is there. "
        "As a warden I want to block a car so that it gets repaired",
        "data.entities": "Car: plate unique, seats 1..9, blocked yes/no; "
        "Trip: starts at, ends at, kilometres >= 0; Trip belongs to Car",
        "behaviour.permissions": "wardens may do everything, drivers may create trips and read "
        "cars, drivers must not delete trips",
        "plan.budget": "budget 20,000 EUR",
        "plan.deadline": "ready in 8 weeks",
        "plan.team": "2 developers",
        "data.entity[*].retention": "trips 1 year, cars forever",
    },
    later={
        "plan.effort": "It takes at least 20 weeks, I fear",
        "behaviour.workflows": "When a trip ends, the system shall charge the driver by card "
        "payments",
        "behaviour.notifications": "And now that I think of it, drivers may delete trips",
        "behaviour.audit": "Trips are kept for 10 years, the tax office wants that",
        "quality.security": "We can spend 35,000 EUR after all",
    },
    means={
        "goal.actors": ("driver", "warden"),
        "goal.outside": ("native app",),
        "data.entities": ("Car", "Trip"),
        "data.entity[Trip].relations": ("Car",),
        "plan.team": ("2",),
    },
)
KIOSK = Stranger(
    name="slangy kiosk owner",
    project="Late shop",
    facts={
        "goal.problem": "Mate, stuff runs out and I only clock it when some punter moans",
        "goal.actors": "me the boss, the lads behind the till, and the odd supplier",
        "goal.outside": "none of that loyalty card nonsense, and no web shop",
        "behaviour.stories": "The lads gotta be able to ring up a sale. I wanna see what's low "
        "on stock. Suppliers need to see what I ordered",
        "data.entities": "gonna need goods, sales and orders",
        "data.entity[Good].fields": "name, price more than zero, a stock count, never below nil",
        "data.entity[Sale].fields": "when it was, how many, and the good",
        "data.entity[Order].fields": "how many, due date, state (sent, in, bust)",
        "behaviour.permissions": "boss can do the lot, lads can add sales, suppliers can just look "
        "at orders",
        "plan.budget": "four and a half grand, tops",
        "plan.deadline": "in a fortnight or three weeks, call it three weeks",
        "plan.team": "half a dozen folks, nah, two of us",
        "quality.concurrency": "a couple of dozen users",
        "quality.latency": "half a second",
        "quality.availability": "ninety nine percent of the time",
        "quality.rpo": "a day's worth",
        "delivery.backup": "every night",
        "data.entity[*].volume": "twenty five thousand sales a year, a few hundred of the rest",
    },
    means={
        "goal.outside": ("loyalty card", "web shop"),
        "data.entities": ("Good", "Sale", "Order"),
        "data.entity[Good].fields": ("price", "stock"),
        "data.entity[Order].fields": ("due_date", "state"),
        "plan.budget": ("4500",),
        "plan.deadline": ("3 weeks",),
        "plan.team": ("2",),
        "quality.concurrency": ("24",),
        "quality.latency": ("0.5 second",),
        "quality.availability": ("99",),
        "delivery.backup": ("day",),
    },
)
TENANTS = Late(
    name="late landlady",
    project="Leases",
    facts={
        "goal.problem": "Leases are kept in binders and nobody sees which one ends soon",
        "goal.actors": "landlords, tenants, caretakers",
        "goal.outside": "no bookkeeping, no advertising of flats",
        "behaviour.stories": "As a tenant I want to report a defect so that it is repaired. "
        "As a landlord I want to see leases that end soon. "
        "As a caretaker I want to close a defect",
        "data.entities": "Flat: street, floor, area > 0; Lease: starts on, ends on, rent > 0; "
        "Defect: description required, state (reported, repaired); Lease belongs to Flat; "
        "Defect belongs to Flat",
        "behaviour.permissions": "landlords may do everything, tenants may create defects and "
        "read leases, caretakers may update defects",
        "plan.budget": "budget 12,000 EUR",
        "plan.deadline": "ready by 2027-10-01",
        "plan.team": "3 people",
        "quality.concurrency": "60 users at once",
        "delivery.backup": "daily backups",
    },
    means={
        "goal.problem": ("binders",),
        "goal.actors": ("landlord", "tenant", "caretaker"),
        "goal.outside": ("bookkeeping",),
        "data.entities": ("Flat", "Lease", "Defect"),
        "data.entity[Lease].relations": ("Flat",),
        "plan.budget": ("12,000 EUR",),
        "plan.deadline": ("2027-10-01",),
        "plan.team": ("3",),
        "quality.concurrency": ("60",),
        "delivery.backup": ("day",),
    },
)
WARD = Deferring(
    name="deferring ward nurse",
    project="Ward handover",
    facts={
        "goal.problem": "At the change of shifts things are told in the corridor and forgotten",
        "goal.actors": "nurses, doctors, ward managers",
        "behaviour.stories": "As a nurse I want to note what happened so that the next shift "
        "knows. As a doctor I want to see the notes of my patients. As a ward manager I want to "
        "see open tasks",
        "data.entities": "patients, notes and tasks",
        "data.entity[Patient].fields": "name required, bed, admitted on",
        "data.entity[Note].fields": "text required, shift (early, late, night), patient",
        "data.entity[Task].fields": "title required, done yes/no, patient",
        "behaviour.permissions": "nurses may create and update notes and tasks, doctors may read "
        "everything, ward managers may do everything",
        "ux.devices": "the tablet at the bed and the desktop in the ward office",
        "quality.languages": "German and English",
        "behaviour.notifications": "tell the nurse on duty when a task is late",
    },
    asks=(
        "That is for the IT department to say",
        "You'd have to ask Dr. Weber",
        "I really can't say",
        "No clue, sorry",
        "That's not my decision",
        "Our data protection officer would know that",
        "I would have to check with my manager first",
    ),
    means={
        "goal.problem": ("corridor",),
        "goal.actors": ("nurse", "doctor", "ward_manager"),
        "data.entities": ("Patient", "Note", "Task"),
        "data.entity[Note].relations": ("Patient",),
        "ux.devices": ("tablet", "desktop"),
        "behaviour.notifications": ("late",),
    },
)

STRANGERS = (BEEKEEPER, WEDDINGS, CARS, KIOSK, TENANTS, WARD)
