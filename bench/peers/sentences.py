"""sentence-transformers on given texts: one JSON line; run by the Python of the peers.

The same weights in torch's float32 and the same texts, on one thread as ours: `FOLDER TEXTS.json`,
where the second holds lists of texts by name.
"""

import json
import sys
import time
from pathlib import Path

import sentence_transformers
import torch

ROUNDS = 5


def main(folder: str, path: str) -> None:
    """Texts a CPU second for each list, the best of five rounds."""
    torch.set_num_threads(1)
    model = sentence_transformers.SentenceTransformer(folder, device="cpu")
    figures: dict[str, float] = {}
    for name, texts in json.loads(Path(path).read_text(encoding="utf-8")).items():
        model.encode(texts[:8])
        seconds = min(spent(model, texts) for _ in range(ROUNDS))
        figures[name] = round(len(texts) / seconds, 1)
    print(json.dumps({"version": sentence_transformers.__version__} | figures))


def spent(model: sentence_transformers.SentenceTransformer, texts: list[str]) -> float:
    """CPU seconds of embedding these texts in batches of its own choice."""
    began = time.process_time()
    model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    return time.process_time() - began


if __name__ == "__main__":
    main(*sys.argv[1:])
