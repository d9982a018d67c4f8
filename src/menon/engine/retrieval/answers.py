"""What kind of words answers a question: a sum for `how much`, a name for `who`.

A sentence without them is hardly the answer, however much it speaks of the same thing.
"""

import re
from collections.abc import Callable

Fits = Callable[[str], bool]

_NUMBER = (
    r"(?:\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|half"
    r"|once|twice|none|no)\b)"
)
_MONEY = (
    r"[€£$¥%]|\b(?:EUR|USD|GBP|CHF|NOK|SEK|DKK|CAD|AUD|SGD|JPY|euros?|dollars?|pounds?|kroner"
    r"|francs?|cents?|free|nothing)\b"
)
_UNIT = (
    r"\b(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|nights?"
    r"|daily|weekly|monthly|yearly)\b"
)
_TIME = (
    r"\d{1,2}:\d\d|\b(?:19|20)\d\d\b|\b\d{1,2}(?:st|nd|rd|th)\b"
    r"|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
    r"(?:\.|\b|[a-z]*(?:day|ary|ch|il|e|y|st|ber))"
    r"|\b(?i:after|before|until|within|when|while|as soon as|noon|midnight)\b"
)
_NAME = (
    r"(?<![.!?:|] )(?<!^)\b[A-Z][\w'-]+ [A-Z][\w'-]+|@|\b(?:manager|head|lead|team|department)\b"
)
_PLACE = r"(?<![.!?:|] )(?<!^)\b[A-Z][\w'-]+|https?:|/|\b(?:floor|room|street|office|page)\b"


def _any(*patterns: str) -> Fits:
    found = re.compile("|".join(patterns))
    return lambda text: found.search(text) is not None


def _all(*patterns: str) -> Fits:
    found = [re.compile(pattern) for pattern in patterns]
    return lambda text: all(each.search(text) for each in found)


_SUM = (
    "price|prices|costs?|pay|pays|paid|earns?|salary|salaries|fees?|fine|bounty|allowance"
    "|budget|per diem|spend|ceiling|charged?|rebate|discount|revenue|rate"
)
_SPAN = (
    "how (?:long|soon|fast|quickly|often|early|late)|retention|notice period|warranty"
    "|how many (?:seconds|minutes|hours|days|weeks|months|years)"
)
_MOMENT = "when|until|deadline|what time|which days?|what day|opening hours|date"
_COUNT = (
    "how (?:many|much|far|big|large|small|tight|tall|high|heavy|wide|old)|number|minimum|maximum"
    "|max|min|range|weighs?|size"
)
_KINDS = tuple(
    (re.compile(rf"\b(?:{words})\b"), fits)
    for words, fits in (
        (_SUM, _all(_MONEY, _NUMBER)),
        (_SPAN, _all(_UNIT, _NUMBER)),
        (_MOMENT, _any(_TIME)),
        (_COUNT, _any(_NUMBER)),
        ("who|whom|whose", _any(_NAME)),
        ("where", _any(_PLACE)),
    )
)


def expected(question: str) -> Fits | None:
    """A test for sentences that can answer the question; None where any sentence may."""
    asked = question.lower()
    return next((fits for words, fits in _KINDS if words.search(asked)), None)
