"""People of six trades who answer from a fact sheet, in their own words, some with gaps."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from menon.apps.socratic.questions.slots import parts
from menon.apps.socratic.questions.state import Question


@dataclass(frozen=True, kw_only=True)
class Respondent:
    """Somebody with a project: what they know, and what they do where they know nothing."""

    name: str
    project: str
    facts: dict[str, str]
    """What they say of a slot; of `data.entity[*]...` for all entities."""
    agrees: bool = True
    """Takes a recommendation where the sheet says nothing; else says `don't know`."""
    unknown: frozenset[str] = field(default_factory=frozenset[str])
    """Slots that they cannot answer."""

    def reply(self, question: Question, earlier: Sequence[Question] = ()) -> str:
        """The answer to a question, made of the facts about its slots.

        Args:
            question: what is asked now.
            earlier: what was asked before.
        """
        del earlier
        if question.kind == "resolution":
            return question.options[0].text
        return self._said(question)

    def _said(self, question: Question) -> str:
        told = [fact for slot in question.slots if (fact := self._fact(slot))]
        told = list(dict.fromkeys(told))
        if question.id == "developer.every_field" and told:
            return "\n".join(
                f"{parts(slot)[1]}: {fact}" for slot in question.slots if (fact := self._fact(slot))
            )
        if question.kind == "accept":
            if all(self._blank(slot) for slot in question.slots):
                return "don't know"
            return f"yes, but {', '.join(told)}" if told else "yes"
        if told:
            gap = self.agrees and any(
                not self._fact(slot) and not self._blank(slot) for slot in question.slots
            )
            return ", ".join(told) + (", the rest as recommended" if gap else "")
        if not self.agrees or any(self._blank(slot) for slot in question.slots):
            return "don't know"
        return "as recommended"

    def _fact(self, slot: str) -> str:
        return self.facts.get(slot) or self.facts.get(parts(slot)[0], "")

    def _blank(self, slot: str) -> bool:
        return slot in self.unknown or parts(slot)[0] in self.unknown


LIBRARIAN = Respondent(
    name="librarian",
    project="Town library",
    facts={
        "goal.problem": "Loans are written on cards, so we lose track of overdue books.",
        "goal.actors": "librarians, members (people with a card) and guests",
        "goal.outside": "no mobile app, no payments",
        "behaviour.stories": "As a member I want to borrow a book so that I can read it at home. "
        "As a librarian I want to add books so that members find them. "
        "As a librarian I want to see overdue loans",
        "data.entities": "Book: title required, isbn unique, pages > 0, status (available, lent)\n"
        "Member: name required, email unique\nLoan: due date, returned on\n"
        "Loan belongs to Book and Member",
        "data.entity[*].owned": "only loans",
        "behaviour.permissions": "librarians may do everything, members may read books and create "
        "their own loans, guests may only read books",
        "plan.budget": "budget 15,000 EUR",
        "plan.deadline": "ready in 10 weeks",
        "plan.team": "2 developers",
    },
)
CLINIC = Respondent(
    name="practice manager",
    project="Appointments",
    facts={
        "goal.problem": "Patients call for every appointment and half of the calls are missed.",
        "goal.actors": "patients, doctors, receptionists",
        "goal.outside": "we will not handle billing, without video calls",
        "behaviour.stories": "P1: As a patient I want to book an appointment so that I need not "
        "call. P1: As a doctor, I want to see my day. P2: As a receptionist I want to move "
        "appointments so that gaps are filled",
        "data.entities": "We keep patients, doctors and appointments",
        "data.entity[Patient].fields": "name required, date of birth, email unique, phone number",
        "data.entity[Doctor].fields": "name, specialty, room",
        "data.entity[Appointment].fields": "starts at required, minutes 5..120, reason optional, "
        "state (booked, done, cancelled), belongs to Patient, belongs to Doctor",
        "behaviour.permissions": "doctors may read everything. Patients may create and update "
        "their own appointments. Receptionists may do everything",
        "quality.compliance": "GDPR and HIPAA",
        "quality.availability": "99.9 % uptime",
        "plan.deadline": "by 2027-09-01",
    },
    unknown=frozenset({"architecture.style", "quality.throughput", "plan.effort"}),
)
SHOP = Respondent(
    name="shopkeeper",
    project="Bike shop",
    facts={
        "goal.problem": "Orders come by mail and by phone, and stock is counted twice a year.",
        "goal.actors": "customers, clerks, owner",
        "goal.outside": "no marketplace, no native app",
        "behaviour.stories": "Customers can order products. Clerks can change the stock. "
        "The owner wants to see sales of the month",
        "data.entities": "Product: name, price > 0, stock not negative, category; "
        "Customer: name, email unique; Order: number unique, status (new, paid, sent); "
        "OrderLine: quantity > 0; OrderLine belongs to Order and Product; "
        "Order belongs to Customer",
        "data.entity[*].life_cycle": "Order: new -> paid -> sent",
        "behaviour.permissions": "clerks may create and update products and orders; customers may "
        "read products and create their own orders; the owner may do everything",
        "behaviour.workflows": "When an order is paid, the shop shall reduce the stock. "
        "If the stock is empty, then the shop shall refuse the order",
        "plan.budget": "at most $30k",
        "quality.concurrency": "300 users at once",
        "architecture.database": "postgresql",
    },
)
SCHOOL = Respondent(
    name="head of school",
    project="Course register",
    facts={
        "goal.problem": "Course lists are spreadsheets that nobody agrees on.",
        "goal.actors": "teachers, students, secretaries",
        "behaviour.stories": "As a student I want to enrol in a course so that I get a place. "
        "As a teacher I want to grade my students. As a secretary I want to print lists",
        "data.entities": "Course(title, capacity > 0, start date), Student(name, email unique), "
        "Teacher(name, email), Enrolment(grade 1-6)",
        "data.entity[*].relations": "Course belongs to Teacher, Enrolment belongs to Course and "
        "Student",
        "behaviour.permissions": "teachers can read and update courses, students can create their "
        "own enrolments, secretaries can manage everything",
        "plan.deadline": "end of August 2027",
        "plan.team": "a teacher and 1 student",
    },
    agrees=True,
    unknown=frozenset({"plan.budget", "quality.rpo", "quality.rto", "data.entity[*].retention"}),
)
FACTORY = Respondent(
    name="plant engineer",
    project="Machine upkeep",
    facts={
        "goal.problem": "Machines stop because nobody sees that a service is due.",
        "goal.actors": "mechanics, planners and managers",
        "goal.outside": "no purchase of spare parts, not a replacement for the ERP",
        "behaviour.stories": "As a mechanic I want to report a fault so that it is repaired. "
        "As a planner I want to schedule services so that machines do not stop. "
        "As a manager I want to see the downtime of each machine",
        "data.entities": "A machine has a name, a serial number, a location and hours. "
        "A fault has a description, a severity (low, medium, high) and a reported at. "
        "A service has a due date and done yes/no. Fault belongs to Machine. "
        "Service belongs to Machine",
        "data.entity[*].life_cycle": "Fault: reported -> confirmed -> repaired by mechanic",
        "behaviour.permissions": "mechanics may create and update faults; planners may manage "
        "services and machines; managers may read everything",
        "behaviour.integrations": "the ERP by REST, the badge system",
        "quality.latency": "answers within 1 second",
        "quality.availability": "99 % available",
        "architecture.hosting": "on premises",
        "plan.deadline": "ready in 16 weeks",
        "plan.budget": "budget 80k euros",
    },
)
CLUB = Respondent(
    name="club secretary",
    project="Rowing club",
    facts={
        "goal.problem": "Boats are double booked and damages are not reported.",
        "goal.actors": "members, coaches, board",
        "behaviour.stories": "Members can reserve a boat. Coaches can plan trainings. "
        "The board can see damages",
        "data.entities": "boats, members, reservations, damages",
        "data.entity[Boat].fields": "name unique, seats 1..9, available yes/no default yes",
        "data.entity[Member].fields": "name, email unique, joined on",
        "data.entity[Reservation].fields": "starts at, ends at, boat, member",
        "data.entity[Damage].fields": "description required, boat, repaired yes/no",
        "behaviour.permissions": "the board may do everything, members may create their own "
        "reservations and read boats, coaches may create and update reservations",
    },
    agrees=True,
    unknown=frozenset(
        {"plan.budget", "plan.deadline", "quality.latency", "quality.concurrency", "goal.success"}
    ),
)

RESPONDENTS = (LIBRARIAN, CLINIC, SHOP, SCHOOL, FACTORY, CLUB)
