"""The conversion of all-MiniLM-L6-v2: `python -m menon.engine.retrieval.convert SOURCE TARGET`.

safetensors → CTranslate2 specification → int8. In a process of its own, since what it allocates
does not come back: 65 MiB more for a server or worker that made the model itself.
"""

import json
import math
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

MODEL = "model.safetensors"
TOKENIZER = "tokenizer.json"
_LAYERS = 6
_HEADS = 12


def convert(source: Path, target: Path) -> None:
    """Write the int8 model of the weights in `source` into the folder `target`."""
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


if __name__ == "__main__":
    convert(*map(Path, sys.argv[1:3]))
