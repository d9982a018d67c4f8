"""Amounts of money: `20,000 EUR`, `$5k`, `1.5 million euros`, `between 10k and 20k`."""

import re
from typing import Final

from menon.apps.socratic.questions.parsers.numbers import FIGURE, numbers, operator, spelled, value
from menon.apps.socratic.questions.parsers.reading import Context, Reading

_CURRENCIES: Final = {
    "\u20ac": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "usd": "USD",
    "dollar": "USD", "dollars": "USD", "us$": "USD", "\u00a3": "GBP", "gbp": "GBP",
    "pound": "GBP", "pounds": "GBP", "quid": "GBP", "bucks": "USD",
    "chf": "CHF", "francs": "CHF", "\u00a5": "JPY", "jpy": "JPY",
    "yen": "JPY", "inr": "INR", "rupees": "INR", "\u20b9": "INR", "cad": "CAD", "aud": "AUD",
    "sek": "SEK", "nok": "NOK", "dkk": "DKK", "pln": "PLN", "brl": "BRL", "cny": "CNY",
}  # fmt: skip
_SIGN: Final = "|".join(re.escape(sign) for sign in sorted(_CURRENCIES, key=len, reverse=True))
_BEFORE: Final = re.compile(
    rf"(?:(?<=\W)|^)(?P<sign>{_SIGN})\s?(?P<amount>{FIGURE})", re.IGNORECASE
)
_BEHIND: Final = re.compile(rf"(?P<amount>{FIGURE})\s?(?P<sign>{_SIGN})(?!\w)", re.IGNORECASE)
_LEAST_BARE: Final = 100
"""A number without a currency is money from here on; `3` is rather a count."""


def parse(text: str, context: Context) -> Reading | None:
    """`{amount, currency, operator}`; the currency is empty where none is named."""
    del context
    found = [
        (match.start(), match, number)
        for pattern in (_BEFORE, _BEHIND)
        for match in pattern.finditer(text)
        if (number := value(match)) is not None
    ]
    if found:
        # Of `between 10k and 20k EUR` the last amount is the bound; only the next one counts.
        _, match, number = min(found, key=lambda one: one[0])
        sign = operator(text, match.start(), match.end(), "<=")
        return _reading(number, _CURRENCIES[match["sign"].lower()], sign)
    bare = [one for one in numbers(text) if not one.spoken and one.value >= _LEAST_BARE]
    if not bare or len(text) > 200:
        return None
    return _reading(bare[-1].value, "", operator(text, bare[-1].start, bare[-1].end, "<="))


def _reading(amount: float, currency: str, sign: str) -> Reading:
    given = {"amount": amount, "currency": currency, "operator": sign}
    bound = {"<=": "at most ", ">=": "at least ", "<": "less than ", ">": "more than ", "=": ""}
    return Reading(value=given, shown=f"{bound[sign]}{spelled(amount)} {currency}".strip())
