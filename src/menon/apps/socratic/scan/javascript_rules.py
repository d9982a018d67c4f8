"""What JavaScript code should not name or write."""

from collections.abc import Mapping
from typing import Final

from menon.apps.socratic.scan.finding import Rule

_EXEC: Final = "it runs text as code; call a function or use a table instead."
_HTML: Final = "it makes HTML of text; use `textContent`."

EVAL: Final = Rule("eval", "high", f"`eval`: {_EXEC}")
FUNCTION: Final = Rule("new-function", "high", f"`Function`: {_EXEC}")
TIMER: Final = Rule("timer-text", "high", "A timer is given text, which it runs as code.")
PROCESS: Final = Rule(
    "child-process", "high", "`child_process`: it starts another program; use a library instead."
)
VM: Final = Rule("vm", "high", f"`vm`: {_EXEC}")
WRITE: Final = Rule("document-write", "high", f"`document.write`: {_HTML}")
WRITE_TEXT: Final = Rule("document-write", "medium", "`document.write` replaces the page.")
INNER: Final = Rule("inner-html", "high", f"`innerHTML`: {_HTML}")
DANGEROUSLY: Final = Rule(
    "dangerously-set-inner-html", "high", f"`dangerouslySetInnerHTML`: {_HTML}"
)
ADDRESS: Final = Rule("javascript-url", "high", "A `javascript:` address is code.")
REMOTE: Final = Rule("remote-import", "medium", "Code is loaded from another server; ship it.")
DYNAMIC: Final = Rule("dynamic-import", "medium", "A module is chosen at run time; name it.")
BUILT_IN: Final = Rule("dynamic-import", "high", "`process.binding` reaches the insides of Node.")

NAMES: Final[Mapping[str, Rule]] = {
    "eval": EVAL,
    "Function": FUNCTION,
    "child_process": PROCESS,
    "vm": VM,
    "execScript": EVAL,
    "process.binding": BUILT_IN,
    "process.dlopen": BUILT_IN,
}
"""By the full name; what stands below it is told as it is."""

MODULES: Final[Mapping[str, Rule]] = {
    "child_process": PROCESS,
    "vm": VM,
    "vm2": VM,
    "shelljs": PROCESS,
    "execa": PROCESS,
}

GLOBALS: Final = frozenset({"window", "globalThis", "global", "self", "top", "parent", "frames"})
TIMERS: Final = frozenset({"setTimeout", "setInterval", "setImmediate"})
SINKS: Final = frozenset({"innerHTML", "outerHTML", "srcdoc"})
WRITES: Final = frozenset({"document.write", "document.writeln"})


def rule_of(name: str) -> Rule | None:
    """The rule that a full name breaks."""
    if name in NAMES:
        return NAMES[name]
    head = name.split(".", maxsplit=1)[0]
    return NAMES[head] if head in {"child_process", "vm"} else None
