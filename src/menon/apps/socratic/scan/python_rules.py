"""What Python code should not name, by its full dotted name."""

from collections.abc import Mapping
from typing import Final

from menon.apps.socratic.scan.finding import Rule

_EXEC: Final = "it runs text as code; call a function or use a table instead."
_SHELL: Final = "it starts another program; use a library instead."
_LOADS: Final = "it runs code that stands in the data; use JSON."

NAMES: Final[Mapping[str, Rule]] = {
    "eval": Rule("eval", "high", f"`eval`: {_EXEC} For values there is `ast.literal_eval`."),
    "exec": Rule("exec", "high", f"`exec`: {_EXEC}"),
    "compile": Rule("compile", "medium", f"`compile`: {_EXEC}"),
    "execfile": Rule("exec", "high", f"`execfile`: {_EXEC}"),
    "__import__": Rule("dunder-import", "high", "`__import__`: it hides an import; write it."),
    "importlib.import_module": Rule(
        "dynamic-import", "medium", "`import_module`: it hides an import; write it."
    ),
    "__builtins__": Rule("builtins", "high", "`__builtins__`: it reaches what is forbidden."),
    "breakpoint": Rule("debugger", "low", "`breakpoint`: it stops the program; remove it."),
    "yaml.unsafe_load": Rule("yaml-load", "high", f"`yaml.unsafe_load`: {_LOADS}"),
    "yaml.unsafe_load_all": Rule("yaml-load", "high", f"`yaml.unsafe_load_all`: {_LOADS}"),
    "tempfile.mktemp": Rule(
        "mktemp", "medium", "`tempfile.mktemp`: another can take the name; use `mkstemp`."
    ),
    "ssl._create_unverified_context": Rule(
        "unverified-tls", "medium", "It trusts any certificate; use `create_default_context`."
    ),
}
"""By the exact name."""

UNDER: Final[Mapping[str, Rule]] = {
    "subprocess": Rule("subprocess", "high", f"`subprocess`: {_SHELL}"),
    "os.system": Rule("os-system", "high", f"`os.system`: {_SHELL}"),
    "os.popen": Rule("os-popen", "high", f"`os.popen`: {_SHELL}"),
    "os.startfile": Rule("os-spawn", "high", f"`os.startfile`: {_SHELL}"),
    "os.fork": Rule("os-spawn", "high", f"`os.fork`: {_SHELL}"),
    "os.forkpty": Rule("os-spawn", "high", f"`os.forkpty`: {_SHELL}"),
    "posix.system": Rule("os-system", "high", f"`posix.system`: {_SHELL}"),
    "nt.system": Rule("os-system", "high", f"`nt.system`: {_SHELL}"),
    "commands": Rule("subprocess", "high", f"`commands`: {_SHELL}"),
    "pty": Rule("subprocess", "high", f"`pty`: {_SHELL}"),
    "asyncio.create_subprocess_exec": Rule("subprocess", "high", f"A subprocess: {_SHELL}"),
    "asyncio.create_subprocess_shell": Rule("subprocess", "high", f"A subprocess: {_SHELL}"),
    "_posixsubprocess": Rule("subprocess", "high", f"`_posixsubprocess`: {_SHELL}"),
    "marshal.load": Rule("marshal", "high", f"`marshal.load`: {_LOADS}"),
    "marshal.loads": Rule("marshal", "high", f"`marshal.loads`: {_LOADS}"),
    "shelve.open": Rule("pickle", "high", f"`shelve.open`: {_LOADS}"),
    "joblib.load": Rule("pickle", "high", f"`joblib.load`: {_LOADS}"),
    "pandas.read_pickle": Rule("pickle", "high", f"`read_pickle`: {_LOADS}"),
    "torch.load": Rule("pickle", "medium", f"`torch.load`: {_LOADS}"),
    "jsonpickle.decode": Rule("pickle", "high", f"`jsonpickle.decode`: {_LOADS}"),
    "ctypes": Rule("ctypes", "high", "`ctypes`: it reaches the memory of the process."),
    "code.interact": Rule("exec", "high", f"`code.interact`: {_EXEC}"),
    "code.InteractiveInterpreter": Rule("exec", "high", f"An interpreter: {_EXEC}"),
    "code.InteractiveConsole": Rule("exec", "high", f"An interpreter: {_EXEC}"),
    "types.CodeType": Rule("exec", "high", f"`CodeType`: {_EXEC}"),
    "types.FunctionType": Rule("exec", "high", f"`FunctionType`: {_EXEC}"),
    "runpy": Rule("exec", "high", f"`runpy`: {_EXEC}"),
    "timeit": Rule("exec", "medium", f"`timeit`: {_EXEC}"),
    **{
        f"{module}.{name}": Rule("pickle", "high", f"`{module}.{name}`: {_LOADS}")
        for module in ("pickle", "cPickle", "_pickle", "dill", "cloudpickle")
        for name in ("load", "loads", "Unpickler")
    },
    **{
        f"os.{name}": Rule("os-spawn", "high", f"`os.{name}`: {_SHELL}")
        for name in (
            *("execl", "execle", "execlp", "execlpe", "execv", "execve", "execvp", "execvpe"),
            *("spawnl", "spawnle", "spawnlp", "spawnlpe", "spawnv", "spawnve", "spawnvp"),
            *("spawnvpe", "posix_spawn", "posix_spawnp"),
        )
    },
}
"""By the exact name and everything below it."""

IMPORTS: Final[Mapping[str, Rule]] = {
    name: Rule("dangerous-import", "medium", f"`{name}` is imported; its use is forbidden here.")
    for name in ("subprocess", "pickle", "marshal", "ctypes", "pty", "dill", "shelve", "commands")
}

HIDDEN: Final = frozenset(
    {"__subclasses__", "__globals__", "__builtins__", "__code__", "__mro__", "__bases__"}
)
INTROSPECTION: Final = Rule(
    "introspection", "high", "It climbs through the insides of Python to what is forbidden."
)
DYNAMIC: Final = Rule(
    "dynamic-attribute",
    "high",
    "An attribute of a dangerous module is chosen at run time; name it.",
)
SHELL: Final = Rule("shell-true", "high", "`shell=True`: a shell reads the text; pass a list.")
SHELL_MAYBE: Final = Rule(
    "shell-true", "medium", "`shell` is chosen at run time; pass a list and no shell."
)
YAML: Final = Rule("yaml-load", "high", "`yaml.load` makes any object; use `yaml.safe_load`.")
HASH: Final = Rule(
    "weak-hash",
    "medium",
    "MD5 and SHA-1 are broken; use SHA-256, or say `usedforsecurity=False`.",
)
TLS: Final = Rule("unverified-tls", "medium", "`verify=False` trusts any server; remove it.")
DEBUG: Final = Rule("debug", "medium", "`debug=True` lets visitors run code; remove it.")
ALLOW_PICKLE: Final = Rule("pickle", "medium", f"`allow_pickle=True`: {_LOADS}")
SQL: Final = Rule("sql-format", "high", "SQL is put together from text; pass values as parameters.")
SQL_TEXT: Final = Rule(
    "sql-format", "medium", "A text that looks like SQL is put together; pass values as parameters."
)

DANGEROUS: Final = frozenset({name.split(".")[0] for name in UNDER} | {"builtins", "importlib"})


def rule_of(name: str) -> Rule | None:
    """The rule that a dotted name breaks."""
    plain = name.removeprefix("builtins.")
    if plain in NAMES:
        return NAMES[plain]
    parts = plain.split(".")
    for count in range(min(len(parts), 3), 0, -1):
        head = ".".join(parts[:count])
        # A module alone is told where it is imported; what is taken from it is its use.
        if head in UNDER and (count > 1 or len(parts) > 1):
            return UNDER[head]
    return None
