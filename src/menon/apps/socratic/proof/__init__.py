"""Whether a generated project does what it says: tried in the sandbox, never believed.

proving ── three confined processes, eight gates
  confined ── one run of `inside` in the sandbox, and its report
    inside ── the measuring side, beside the strangers' code
  gates ── what a report means; pure
environment ── the packages that projects run with, prepared once
merge ── new generated code into a tree that people have edited
repair ── at most three rounds in which a model mends what fails; a dialogue without effects
mutants ── whether the tests notice when the code is broken
"""

from menon.apps.socratic.proof.model import (
    Bars,
    Failure,
    Finding,
    Gate,
    Limits,
    Proof,
    Ran,
    TestResult,
)
from menon.apps.socratic.proof.proving import prove

__all__ = [
    "Bars",
    "Failure",
    "Finding",
    "Gate",
    "Limits",
    "Proof",
    "Ran",
    "TestResult",
    "prove",
]
