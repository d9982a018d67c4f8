"""From an approved specification to a project: deterministic, byte for byte.

Specification → intermediate form → six phases → files
"""

from menon.apps.socratic.generator.component import component
from menon.apps.socratic.generator.intermediate import build
from menon.apps.socratic.generator.model import Model, Options
from menon.apps.socratic.generator.phases import CUSTOM, PHASES, Phase, generate
from menon.apps.socratic.generator.trace import TraceRow, matrix

__all__ = [
    "CUSTOM",
    "PHASES",
    "Model",
    "Options",
    "Phase",
    "TraceRow",
    "build",
    "component",
    "generate",
    "matrix",
]
