"""At most three rounds in which a model mends what fails: a dialogue without any effect of its own.

    dialogue = repair(tree, proof)
    step = next(dialogue)
    while True:
        Ask(prompt)  -> send the model's answer, a text
        Try(tree)    -> send the proof of that tree
        either       -> send Silent(reason), which ends the dialogue
    StopIteration.value is the Repaired

A round is kept only if every test that passed still passes, no gate that passed fails, and
something is better. Otherwise the tree before it is the tree again, and the model hears why.
"""

import hashlib
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field

from menon.apps.socratic.proof.model import Proof
from menon.apps.socratic.proof.repair_prompt import prompt
from menon.apps.socratic.proof.repair_rules import Refused, applied

ROUNDS = 3


@dataclass(frozen=True, kw_only=True)
class Ask:
    """The model is to answer this; send its text."""

    round: int
    """From 1."""
    prompt: str
    done: "tuple[Round, ...]" = ()
    """The rounds before."""


@dataclass(frozen=True, kw_only=True)
class Try:
    """This tree is to be proved; send the proof."""

    round: int
    tree: Mapping[str, bytes]


@dataclass(frozen=True, kw_only=True)
class Silent:
    """Nobody answers any more, or nothing can be proved; sent instead of an answer."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Round:
    """What became of one round."""

    number: int
    kept: bool
    reason: str
    changed: tuple[str, ...] = ()
    """Paths."""


@dataclass(frozen=True, kw_only=True)
class Repaired:
    """The best tree that was found, its proof, and the rounds."""

    tree: Mapping[str, bytes]
    proof: Proof
    rounds: tuple[Round, ...] = field(default=())


Sent = str | Proof | Silent
Dialogue = Generator[Ask | Try, Sent, Repaired]


def repair(tree: Mapping[str, bytes], proof: Proof, *, rounds: int = ROUNDS) -> Dialogue:
    """Mend a tree whose proof is not completed.

    Raises:
        TypeError: something else than what was asked for was sent.
    """
    done: list[Round] = []
    seen = {_name(tree)}
    for number in range(1, rounds + 1):
        if proof.completed:
            break
        told = prompt(tree, proof, [one.reason for one in done])
        answer = yield Ask(round=number, prompt=told, done=tuple(done))
        if isinstance(answer, Silent):
            done.append(Round(number=number, kept=False, reason=answer.reason))
            break
        if not isinstance(answer, str):
            raise TypeError("An answer of the model is a text.")
        try:
            tried = applied(tree, answer)
        except Refused as error:
            done.append(Round(number=number, kept=False, reason=str(error)))
            continue
        changed = tuple(sorted(path for path in tried if tried[path] != tree.get(path)))
        if _name(tried) in seen:
            reason = "These edits were tried before."
            done.append(Round(number=number, kept=False, reason=reason, changed=changed))
            continue
        seen.add(_name(tried))
        found = yield Try(round=number, tree=tried)
        if isinstance(found, Silent):
            done.append(Round(number=number, kept=False, reason=found.reason, changed=changed))
            break
        if not isinstance(found, Proof):
            raise TypeError("A tree that is tried needs its proof.")
        worse = loss(proof, found)
        reason = worse or f"Kept: {gain(proof, found)}."
        done.append(Round(number=number, kept=not worse, reason=reason, changed=changed))
        if not worse:
            tree, proof = tried, found
    return Repaired(tree=tree, proof=proof, rounds=tuple(done))


def loss(before: Proof, after: Proof) -> str:
    """Why a round is not kept; nothing if it is."""
    lost = sorted(before.passing - after.passing)
    if lost:
        return f"{len(lost)} tests that passed do not any more, such as {lost[0]}."
    passed = {gate.name for gate in before.gates if gate.ok}
    broken = [gate for gate in after.gates if gate.name in passed and not gate.ok]
    if broken:
        return f"The gate {broken[0].name} passed before: {broken[0].detail}"
    if passed - {gate.name for gate in after.gates}:
        return "Not every gate was tried."
    return "" if gain(before, after) else "Nothing is better than before."


def gain(before: Proof, after: Proof) -> str:
    """What is better, in a few words; nothing if nothing is."""
    more = len(after.passing - before.passing)
    passed = {gate.name for gate in before.gates if gate.ok}
    gates = [gate.name for gate in after.gates if gate.ok and gate.name not in passed]
    fewer = len(before.findings) - len(after.findings)
    told = [
        *([f"{more} more tests pass"] if more else []),
        *([f"{', '.join(gates)} passes"] if gates else []),
        *([f"{fewer} findings less"] if fewer > 0 else []),
    ]
    return ", ".join(told)


def _name(tree: Mapping[str, bytes]) -> str:
    whole = hashlib.sha256()
    for path, content in sorted(tree.items()):
        for part in (path.encode(errors="replace"), content):
            whole.update(len(part).to_bytes(8) + part)
    return whole.hexdigest()
