"""Decisions of knowledge: pure."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from menon.core.errors import InvalidInput
from menon.engine.retrieval.lexical import STOP_WORDS
from menon.engine.retrieval.words import stem, words

_UNSAFE = re.compile(r"[\x00-\x1f\x7f]")


def slug(name: str) -> str:
    """A name for addresses: lower case letters, digits and dashes."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:80] or "collection"


def source(name: str) -> str:
    """A relative path as documents are named by; it never leaves its folder.

    Raises:
        InvalidInput: nothing is left of the name.
    """
    if "://" in name:
        return name[:1000]
    parts = [p for p in PurePosixPath(name.replace("\\", "/")).parts if p not in {"/", "..", "."}]
    cleaned = _UNSAFE.sub("", "/".join(parts))[:1000]
    if not cleaned:
        raise InvalidInput(f"{name!r} is no name for a document.")
    return cleaned


def merged(found: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Metadata of a file under what the caller says of it."""
    return {**found, **given}


def category(about: Mapping[str, Any], given: str) -> str:
    """The caller's category, else the one that the document names."""
    return given or str(about.get("category") or "")[:100]


def tags(about: Mapping[str, Any], given: Sequence[str]) -> list[str]:
    """The caller's tags, else those that the document names, each once."""
    named: Any = about.get("tags") or about.get("keywords") or []
    found = named.split(",") if isinstance(named, str) else named
    chosen = list(given) or [str(tag) for tag in found]
    return list(dict.fromkeys(t for tag in chosen if (t := tag.strip()[:60])))[:50]


def keywords(text: str, frequencies: Mapping[str, int], total: int, limit: int = 8) -> list[str]:
    """The words that tell a text from others, by TF-IDF; the most frequent form of each stem."""
    forms: dict[str, Counter[str]] = {}
    for word in words(text):
        if word.text not in STOP_WORDS and len(word.text) > 2 and not word.text.isdigit():
            forms.setdefault(stem(word.text), Counter())[word.text] += 1

    def weight(root: str) -> float:
        return forms[root].total() * math.log((total + 1) / (frequencies.get(root, 0) + 1) + 1)

    best = sorted(forms, key=lambda root: (-weight(root), root))[:limit]
    return [forms[root].most_common(1)[0][0] for root in best]


def likeliest(
    text: str, examples: Mapping[str, Iterable[str]], names: Sequence[str] = ()
) -> list[tuple[str, float]]:
    """Categories with how likely each is, best first: naive Bayes over words, smoothed.

    Args:
        text: what is to be classified.
        examples: texts that stand in each category already.
        names: categories without examples; their own words count as one.
    """
    bags = {name: Counter(_stems(" ".join(texts))) for name, texts in examples.items()}
    for name in names:
        bags.setdefault(name, Counter())
    for name, bag in bags.items():
        bag.update(dict.fromkeys(_stems(name), 5))
    vocabulary = len({root for bag in bags.values() for root in bag}) or 1
    asked = Counter(_stems(text))
    if not bags or not asked:
        return []
    scores = {
        name: sum(
            n * math.log((bag[root] + 1) / (bag.total() + vocabulary)) for root, n in asked.items()
        )
        / asked.total()
        for name, bag in bags.items()
    }
    top = max(scores.values())
    weights = {name: math.exp(8 * (score - top)) for name, score in scores.items()}
    whole = sum(weights.values())
    return sorted(
        ((n, w / whole) for n, w in weights.items()), key=lambda pair: (-pair[1], pair[0])
    )


def tree(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Categories such as `people/leave` as a tree with counts of everything below."""
    roots: dict[str, dict[str, Any]] = {}
    for path in sorted(counts):
        level, prefix = roots, ""
        for part in [p for p in path.split("/") if p] or [""]:
            prefix = f"{prefix}/{part}" if prefix else part
            node = level.setdefault(
                part, {"name": part, "path": prefix, "documents": 0, "children": {}}
            )
            node["documents"] += counts[path]
            level = node["children"]
    return _listed(roots)


def _listed(level: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**node, "children": _listed(node["children"])} for node in level.values()]


def _stems(text: str) -> list[str]:
    return [stem(word.text) for word in words(text) if word.text not in STOP_WORDS]
