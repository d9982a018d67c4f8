"""What the rounds of a repair carry from step to step, in the room that a step's answer has; pure.

Names of tests and messages repeat themselves, so that they shrink to a tenth.
"""

import base64
import zlib
from dataclasses import replace
from typing import Final

import msgspec

from menon.apps.socratic.proof.model import Proof, TestResult
from menon.core.jobs.plain import LARGEST

_FINDINGS: Final = 1_000
_FAILURES: Final = 100
_MESSAGE: Final = 1_500
"""Characters; what a model is shown is less."""
_ROOM: Final = LARGEST // 2
"""Characters, for the other words of an answer need some too."""


def packed(proof: Proof) -> str:
    """A proof as a short text; empty where it is too large for that."""
    findings = tuple(replace(one, text=one.text[:_MESSAGE]) for one in proof.findings[:_FINDINGS])
    brief = replace(proof, results=tuple(map(_brief, proof.results)), findings=findings)
    text = _small(msgspec.json.encode(brief))
    return text if len(text) <= _ROOM else ""


def unpacked(text: str) -> Proof:
    """The proof that was packed."""
    return msgspec.json.decode(_large(text), type=Proof)


def written(answer: str) -> str:
    """A model's answer as a short text; empty where it is too large for that."""
    text = _small(answer.encode(errors="replace"))
    return text if len(text) <= _ROOM else ""


def read(text: str) -> str:
    """The answer that was written."""
    return _large(text).decode() if text else ""


def _brief(result: TestResult) -> TestResult:
    details = tuple(
        replace(one, message=one.message[-_MESSAGE:]) for one in result.failure_details[:_FAILURES]
    )
    return replace(result, failure_details=details)


def _small(content: bytes) -> str:
    return base64.b64encode(zlib.compress(content)).decode()


def _large(text: str) -> bytes:
    return zlib.decompress(base64.b64decode(text))
