"""Running generated code so that it harms nobody: `Sandbox.run`.

sandbox ── limits, files, who may run now
  selftest ── once in a process: the strongest walls that stop real attacks (`inside/probe.py`)
  view ── what the code may read
  running ── a job becomes a plan, a report an outcome
    launching ── one child process and its pipes
      walls ── bubblewrap, or Python alone
        inside ── the launcher: confines, watches, ends, reports
"""

from menon.engine.sandbox.outcome import Limits, Outcome, Tier, Written
from menon.engine.sandbox.sandbox import Sandbox
from menon.engine.sandbox.settings import SandboxSettings
from menon.engine.sandbox.walls import ALL, Walls

__all__ = ["ALL", "Limits", "Outcome", "Sandbox", "SandboxSettings", "Tier", "Walls", "Written"]
