"""The type of a field: what people call the 13 types, and what a name alone makes likely."""

import re
from typing import Final

_SAID: Final = {
    "string": "string str varchar char characters word",
    "text": "text longtext paragraph markdown multiline",
    "integer": "integer int whole bigint smallint long",
    "decimal": "decimal money currency numeric",
    "float": "float double real",
    "boolean": "boolean bool yes/no true/false flag checkbox",
    "datetime": "datetime timestamp instant date-time",
    "uuid": "uuid guid",
}
TECHNICAL: Final = {word: kind for kind, words in _SAID.items() for word in words.split()}
"""Words that only name a type; they are no part of a field's name."""

NATURAL: Final = {
    "date": "date",
    "time": "time",
    "email": "email",
    "e-mail": "email",
    "mail": "email",
    "url": "url",
    "link": "url",
    "uri": "url",
    "number": "integer",
}
"""Words that name a type, but also end names: `due date`, `phone number`."""

_ENDS: Final = {
    "email": "email mail",
    "url": "url website link homepage uri webpage",
    "datetime": "at timestamp datetime",
    "date": "date birthday birthdate dob day deadline due",
    "time": "time",
    "decimal": "price amount cost total salary fee balance weight rate budget tax discount wage "
    "deposit revenue height width length distance percentage temperature latitude longitude fine "
    "value score average area volume hours mileage",
    "integer": "count quantity qty pages age stock capacity year rating number seats floor "
    "points duration minutes position copies level size rank attempts mark visits units beds "
    "rooms participants guests attendees amount_of priority_level",
    "boolean": "active enabled available paid done completed published archived visible verified "
    "approved confirmed public private closed locked deleted urgent cancelled returned read "
    "returnable mandatory billable",
    "text": "description notes note comment comments body content summary bio biography details "
    "abstract text message remarks instructions reason address_text feedback explanation",
}
_BY_END: Final = {word: kind for kind, words in _ENDS.items() for word in words.split()}
_BEFORE: Final = {"is": "boolean", "has": "boolean", "can": "boolean", "needs": "boolean"}
_DATES: Final = frozenset(
    {
        "start_on",
        "end_on",
        "due_on",
        "born_on",
        "hired_on",
        "opened_on",
        "closed_on",
        "paid_on",
        "returned_on",
        "joined_on",
    }
)
_TEXT_NUMBERS: Final = frozenset(
    [
        "phone",
        "telephone",
        "mobile",
        "account",
        "serial",
        "house",
        "invoice",
        "order",
        "card",
        "passport",
        "room",
        "table",
        "license",
        "licence",
        "registration",
        "plate",
        "tracking",
        "customer",
        "member",
        "vat",
        "tax",
        "reference",
        "part",
        "fax",
        "bank",
        "document",
        "contract",
        "case",
        "student",
        "employee",
        "policy",
        "flight",
        "gate",
        "street",
    ]
)
_OF: Final = {"date": "date", "day": "date", "number": "integer", "count": "integer"}
_WORD: Final = re.compile(r"[^\W_]+")


def likely(name: str) -> str:
    """What a field of this name most likely holds; a string where nothing speaks for more."""
    words = _WORD.findall(name)
    if not words:
        return "string"
    last, first = words[-1], words[0]
    if len(words) > 1:
        if last in {"from", "until", "since"} or name in _DATES:
            return "date"
        if last == "number" and words[-2] in _TEXT_NUMBERS:
            return "string"
        if last == "address":
            return "email" if {"mail", "email"} & set(words) else "string"
        if words[1] == "of":
            return _OF.get(first, "string")
    return _BEFORE.get(first if len(words) > 1 else "") or _BY_END.get(last, "string")
