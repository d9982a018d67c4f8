"""Text to tokens and stems; everything here takes time linear in the length of the text."""

import re
from functools import lru_cache
from typing import Final, NamedTuple

LONGEST: Final = 240
"""Tokens of a sentence; what has more is cut into pieces, since no person wrote it as one."""

_TOKEN: Final = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2}(?!\d)|\d{1,2}[./]\d{1,2}[./]\d{4}(?!\d))"
    r"|(?P<number>\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?![\d-])|\d+(?:[.,']\d+)*)"
    r"|(?P<word>c\+\+|[cf]\#|\.net(?![^\W\d_])|[^\W\d_][^\W_]*(?:\.(?:js|net|io)(?![^\W_]))?"
    r"(?:'[^\W\d_]+)?)"
    r"|(?P<mark><=|>=|[^\s\w])"
)
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+|[;\n\r\u2022]+|\s[\u2013\u2014]\s|\s-\s")
_ABBREVIATIONS: Final = {
    "e.g.": "for example",
    "i.e.": "that is",
    "approx.": "approx",
    "max.": "max",
    "min.": "min",
    "no. of": "number of",
    "vs.": "versus",
    "etc.": "etc",
    "e-mail": "email",
    "sub-second": "under 1 second",
    "subsecond": "under 1 second",
    "&": " and ",
    "\u2019": "'",
    "\u2264": "<=",
    "\u2265": ">=",
}
_CONTRACTIONS: Final = {
    "can't": "can not", "cannot": "can not", "won't": "will not", "shan't": "shall not",
    "mustn't": "must not", "needn't": "need not", "let's": "let us", "it's": "it is",
    "that's": "that is", "there's": "there is", "we're": "we are", "they're": "they are",
}  # fmt: skip
_IRREGULAR: Final = {
    "kept": "keep", "built": "build", "paid": "pay", "sent": "send", "held": "hold",
    "made": "mak", "done": "do", "does": "do", "did": "do", "has": "have", "had": "have",
    "is": "be", "are": "be", "was": "be", "were": "be", "been": "be", "being": "be",
    "used": "use", "using": "use", "taken": "tak", "took": "tak", "written": "writ",
    "wrote": "writ", "shown": "show",
    "seen": "see", "saw": "see", "given": "giv", "gave": "giv", "sold": "sell", "spent": "spend",
    "left": "leav", "lost": "los", "bought": "buy", "people": "person", "children": "child",
    "data": "data", "indices": "index", "criteria": "criterion", "men": "man", "women": "woman",
    "ran": "run", "began": "begin", "begun": "begin", "went": "go", "gone": "go", "goes": "go",
    "chosen": "choos", "hidden": "hid", "broken": "break", "media": "media", "https": "http",
    "kubernetes": "kubernetes", "redis": "redis", "aws": "aws", "gps": "gps", "sms": "sms",
    "status": "status", "address": "address", "access": "access", "business": "business",
    "process": "process", "express": "express", "always": "always", "news": "news",
    "staging": "staging", "during": "during", "nothing": "nothing", "anything": "anything",
    "something": "something", "everything": "everything", "string": "string", "need": "need",
    "speed": "speed", "feed": "feed", "seed": "seed", "embed": "embed", "exceed": "exceed",
    "hundred": "hundred", "red": "red", "bed": "bed", "id": "id", "wedding": "wedding",
    "morning": "morning", "evening": "evening", "building": "build", "meeting": "meet",
    "registration": "regist", "registered": "regist", "register": "regist", "loses": "los",
    "lose": "los", "days": "day",
    "subscription": "subscrib", "subscriptions": "subscrib", "notifications": "notify",
    "notification": "notify", "authentication": "authenticat", "retention": "retain",
    "availability": "availabl", "cancellation": "cancel", "cancellations": "cancel",
    "approval": "approv", "approvals": "approv", "removal": "remov", "payment": "pay",
    "payments": "pay", "storage": "stor", "delivery": "deliver", "deliveries": "deliver",
    "recovery": "recover", "deployment": "deploy", "deployments": "deploy", "backed": "back",
    "latencies": "latency", "administrator": "admin", "administrators": "admin",
    "administration": "admin", "modification": "modify", "modifications": "modify",
    "implementation": "implement", "uniqueness": "uniqu", "uniquely": "uniqu",
    "permanently": "permanent", "immediately": "immediat", "deletions": "delet",
    "installation": "instal", "installs": "instal", "install": "instal", "installed": "instal",
}  # fmt: skip

_WHOLE: Final = frozenset(
    [
        "have",
        "before",
        "while",
        "because",
        "since",
        "once",
        "none",
        "where",
        "more",
        "above",
        "outside",
        "inside",
        "able",
        "same",
        "some",
        "there",
        "these",
        "those",
        "else",
        "everyone",
        "anyone",
        "someone",
        "alone",
        "are",
        "one",
        "use",
        "the",
        "be",
        "here",
        "before",
        "despite",
        "maybe",
        "france",
        "production",
        "edition",
        "booking",
        "listing",
        "rating",
        "setting",
        "training",
        "shipping",
        "billing",
        "pricing",
        "opening",
        "recording",
        "drawing",
        "painting",
        "housing",
        "clothing",
        "marketing",
        "parking",
        "landing",
        "warning",
        "heading",
        "posting",
        "hearing",
        "funding",
        "ceiling",
        "reading",
        "briefing",
        "filing",
        "holding",
        "mailing",
        "offering",
        "outing",
        "savings",
        "string",
        "finding",
        "vaccination",
        "invitation",
        "hosting",
        "reporting",
        "hiring",
        "staging",
        "always",
        "during",
        "nothing",
        "anything",
        "something",
        "everything",
        "besides",
        "whereas",
        "themselves",
        "unless",
        "whole",
        "instead",
        "deadline",
    ]
)
"""Words of grammar, which have no other forms."""


class Token(NamedTuple):
    """A word, number, date or mark."""

    text: str
    stem: str
    kind: str
    """`word`, `number`, `date` or `mark`."""


def sentences(text: str) -> list[str]:
    """The sentences of a text, without their white space at the ends."""
    lowered = text.replace("\x00", " ")
    found = (part.strip(" \t.!?\u2022*-") for part in _SENTENCE.split(_expanded(lowered)))
    return [part for part in found if part]


_SHORT: Final = re.compile("|".join(map(re.escape, _ABBREVIATIONS)), re.IGNORECASE)


def _expanded(text: str) -> str:
    return _SHORT.sub(lambda found: _ABBREVIATIONS[found[0].casefold()], text)


@lru_cache(maxsize=4096)
def tokens(sentence: str) -> tuple[Token, ...]:
    """The tokens of a sentence in lower case; hyphens between words are gone."""
    found: list[Token] = []
    for match in _TOKEN.finditer(_expanded(sentence.casefold())):
        kind, text = match.lastgroup or "mark", match.group()
        if kind != "word":
            found.append(Token(text, text, kind))
            continue
        found.extend(Token(part, stem(part), "word") for part in _parts(text))
    return tuple(
        token for at, token in enumerate(found) if token.text != "-" or _between_numbers(found, at)
    )


def _between_numbers(found: list[Token], at: int) -> bool:
    around = found[max(0, at - 1) : at + 2]
    return len(around) == 3 and around[0].kind == around[2].kind == "number"


def _parts(word: str) -> list[str]:
    if word in _CONTRACTIONS:
        return _CONTRACTIONS[word].split()
    if "'" not in word:
        return [word]
    head, _, tail = word.partition("'")
    if tail == "t" and head.endswith("n"):
        return [head[:-1], "not"]
    return [head, *{"ll": ["will"], "ve": ["have"], "re": ["are"], "d": ["would"]}.get(tail, [])]


@lru_cache(maxsize=32768)
def stem(word: str) -> str:
    """The part of a word that its plural, tenses and nouns of action share."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) <= 3 or word in _WHOLE or not word.isalpha():
        return word
    return _bare(_singular(word))


def _singular(word: str) -> str:
    if word.endswith("s") and word[:-1] in _WHOLE:
        return word[:-1]
    if word.endswith("men") and len(word) > 5 and word != "specimen":
        return word[:-2] + "an"
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "ches", "shes", "xes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _bare(word: str) -> str:
    if word in _IRREGULAR or word in _WHOLE or len(word) <= 3:
        return _IRREGULAR.get(word, word)
    if word.endswith(("ied", "eed")) and len(word) > 4:
        return word[:-3] + "y" if word.endswith("ied") else word[:-1]
    for ending in ("ing", "ed"):
        root = word[: -len(ending)]
        if word.endswith(ending) and len(root) >= 3 and any(c in "aeiouy" for c in root):
            return _single(root)
    if word.endswith(("tion", "sion")) and len(word) > 6:
        return word[:-3]
    return word if word.endswith("ee") else word.removesuffix("e")


def _single(root: str) -> str:
    if len(root) > 3 and root[-1] == root[-2] and root[-1] not in "aeiousz":
        return root[:-1]
    return root.removesuffix("e") if not root.endswith("ee") else root
