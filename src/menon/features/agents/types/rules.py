"""Whether an agent schema can be used: every fault, with where it stands; and what it comes to.

checked: declaration → faults, or `Compiled`, from which agents of the type run
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from pydantic import ValidationError

from menon.core.errors import InvalidInput
from menon.engine.steps.expressions import ExpressionError, parse, reads
from menon.engine.steps.grammar import Path, paths
from menon.engine.tools.linear import hopeless
from menon.engine.tools.schemas import BadSchema, normalized
from menon.features.agents.schemas import GENERIC, Configuration
from menon.features.agents.types.record_rules import Fault, model_faults, record_schema
from menon.features.agents.types.schemas import STEPS, StepIn, TypeIn
from menon.kit.graph import cycle, order

MOST_CHARACTERS: Final = 200_000
RESERVED_TYPES: Final = GENERIC | {"agent", "agents", "menon", "system", "type", "types"}
RESERVED_STEPS: Final = frozenset({"agent", "input", "run", "steps"})
_ROOTS: Final = ("agent", "input", "run", "steps")


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """A declaration as it is run: schemas without references, steps in their order."""

    input_schema: dict[str, Any]
    output_schema: dict[str, Any]
    steps: list[dict[str, Any]]
    output: Any
    tools: list[str]
    limits: dict[str, Any]
    records: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])

    def plain(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "input_schema": self.input_schema,
            "output_schema": self.output_schema,
            "steps": self.steps,
            "output": self.output,
            "tools": self.tools,
            "limits": self.limits,
            "records": self.records,
        }


class Checking:
    """One look at a declaration.

    Args:
        body: the declaration.
        tools: those that are installed.
    """

    def __init__(self, body: TypeIn, tools: Iterable[str]) -> None:
        self._body = body
        self._tools = frozenset(tools)
        self.faults: list[Fault] = []

    def checked(self) -> Compiled | None:
        """What the declaration comes to; None where something is wrong with it."""
        body = self._body
        size = len(json.dumps(body.model_dump(mode="json")))
        if size > MOST_CHARACTERS:
            self._fault("", f"it has {size} characters; at most {MOST_CHARACTERS} are accepted")
            return None
        if body.agent_type in RESERVED_TYPES:
            self._fault("/agent_type", f"{body.agent_type!r} is reserved; choose another name")
        for number, name in enumerate(body.tools):
            if name not in self._tools:
                known = ", ".join(sorted(self._tools))
                self._fault(f"/tools/{number}", f"there is no tool {name!r}; there are {known}")
        given = self._schema(body.input_schema, "/input_schema")
        if given.setdefault("type", "object") != "object":
            self._fault("/input_schema/type", "an agent's input is an object")
        answer = self._schema(body.output_schema, "/output_schema")
        records = dict(self._records())
        steps = self._steps(given)
        if self.faults:
            return None
        return Compiled(
            input_schema=given,
            output_schema=answer,
            steps=steps,
            output=body.processing_pipeline.output,
            tools=list(body.tools),
            limits=body.limits.model_dump(),
            records=records,
        )

    def _fault(self, pointer: str, detail: str) -> None:
        self.faults.append(Fault(pointer, detail))

    def _schema(self, schema: Mapping[str, Any], at: str) -> dict[str, Any]:
        try:
            found = normalized(dict(schema))
        except BadSchema as error:
            self._fault(at + error.pointer, error.detail)
            return {}
        for pointer, detail in hopeless(found):
            self._fault(at + pointer, detail)
        return found

    def _records(self) -> Iterator[tuple[str, dict[str, Any]]]:
        names: dict[str, str] = {}
        for name, model in self._body.data_models.items():
            at = f"/data_models/{name}"
            called = model.table_name or name
            if called in names:
                self._fault(f"{at}/table_name", f"{called!r} is what {names[called]!r} is called")
            names[called] = name
            for wrong in model_faults(model):
                self._fault(at + wrong.pointer, wrong.detail)
            unique = [index.fields for index in model.indexes if index.unique]
            yield (
                name,
                {
                    "name": called,
                    "schema": record_schema(model.fields),
                    "unique": unique[0] if unique else [],
                },
            )

    def _steps(self, given: Mapping[str, Any]) -> list[dict[str, Any]]:
        at = "/processing_pipeline"
        steps = self._body.processing_pipeline.steps
        names = [step.name for step in steps]
        known = {step.name: step for step in steps}
        for number, step in enumerate(steps):
            if names.index(step.name) != number:
                self._fault(f"{at}/steps/{number}/name", f"{step.name!r} is another step's name")
            if step.name in RESERVED_STEPS:
                self._fault(f"{at}/steps/{number}/name", f"{step.name!r} is reserved")
        made = [
            self._step(step, f"{at}/steps/{n}", set(names), given) for n, step in enumerate(steps)
        ]
        for path in self._read(self._body.processing_pipeline.output, f"{at}/output"):
            if detail := _unreadable(path, set(names), given):
                self._fault(f"{at}/output", f"{str(path)!r}: {detail}")
        before = {step.name: before for step, (_, before) in zip(steps, made, strict=True)}
        if self.faults:
            return []
        if circle := cycle(before):
            self._fault(f"{at}/steps", f"the steps wait for each other: {' -> '.join(circle)}")
            return []
        compiled = {step.name: one for step, (one, _) in zip(steps, made, strict=True)}
        return [compiled[name] for name in order({name: before[name] for name in known})]

    def _step(
        self, step: StepIn, at: str, names: set[str], given: Mapping[str, Any]
    ) -> tuple[dict[str, Any], tuple[str, ...]]:
        """The step as it is run, and those that it follows."""
        config = self._config(step, f"{at}/config")
        read = [*self._read(_open(config), f"{at}/config")]
        if step.when is not None:
            try:
                read += paths(parse(step.when))
            except ExpressionError as error:
                self._fault(f"{at}/when", str(error))
        for path in dict.fromkeys(read):
            if detail := _unreadable(path, names, given):
                self._fault(f"{at}/config", f"{str(path)!r}: {detail}")
        for number, earlier in enumerate(step.dependencies):
            if earlier not in names:
                self._fault(f"{at}/dependencies/{number}", f"there is no step {earlier!r}")
        reading = [str(p.parts[1]) for p in read if p.parts[0] == "steps" and len(p.parts) > 1]
        before = tuple(dict.fromkeys(n for n in [*step.dependencies, *reading] if n in names))
        return {"name": step.name, "kind": step.type, "config": config, "when": step.when}, before

    def _config(self, step: StepIn, at: str) -> dict[str, Any]:
        try:
            found = STEPS[step.type].model_validate(step.config)
        except ValidationError as error:
            for one in error.errors():
                self._fault(at + "".join(f"/{part}" for part in one["loc"]), one["msg"])
            return {}
        config = found.model_dump(exclude_unset=True)
        schema = config.get("output_schema")
        if schema is not None:
            config["output_schema"] = self._schema(schema, f"{at}/output_schema")
        named = [config["tool"]] if "tool" in config else config.get("tools", [])
        for name in named:
            if name not in self._body.tools:
                self._fault(at, f"the type has no tool {name!r}; add it to `tools`")
        if "model" in config:
            self._uses(config, at)
        return config

    def _uses(self, config: Mapping[str, Any], at: str) -> None:
        """A step that keeps or finds records."""
        model = self._body.data_models.get(config["model"])
        if model is None:
            known = ", ".join(self._body.data_models) or "none"
            self._fault(f"{at}/model", f"there is no data model {config['model']!r}; {known}")
            return
        given = config.get("values", config.get("where", {}))
        if not isinstance(given, dict):
            return
        place = "values" if "values" in config else "where"
        for name in cast("dict[str, Any]", given):
            if name not in model.fields:
                self._fault(f"{at}/{place}/{name}", f"{config['model']!r} has no such field")
        if place == "values":
            for name, one in model.fields.items():
                if one.required and one.default is None and name not in given:
                    self._fault(f"{at}/values", f"the field {name!r} is required")

    def _read(self, value: Any, at: str) -> list[Path]:
        try:
            return list(reads(value))
        except ExpressionError as error:
            self._fault(at, str(error))
            return []


def least(agent: Mapping[str, Any], declared: Mapping[str, Any]) -> dict[str, Any]:
    """The limits of an agent within those of its type; null is no limit."""
    found = dict(agent)
    for name, most in declared.items():
        if most is not None:
            found[name] = most if found.get(name) is None else min(found[name], most)
    return found


def fitted(configuration: Configuration, body: TypeIn) -> Configuration:
    """The configuration of an agent of a declared type: what it leaves open comes from there.

    Raises:
        InvalidInput: it names tools that the type has not.
    """
    tools = configuration.tools if "tools" in configuration.model_fields_set else body.tools
    if more := [name for name in tools if name not in body.tools]:
        detail = f"The type {body.agent_type!r} has no tool {more[0]!r}."
        raise InvalidInput(detail, errors=[{"pointer": "/configuration/tools", "detail": detail}])
    able = dict.fromkeys([*configuration.capabilities, *body.metadata.capabilities])
    return configuration.model_copy(update={"tools": tools, "capabilities": list(able)})


def _open(config: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a configuration in which expressions are filled."""
    return {name: value for name, value in config.items() if name != "output_schema"}


def _unreadable(path: Path, names: set[str], given: Mapping[str, Any]) -> str:
    root = path.parts[0]
    if root not in _ROOTS:
        return f"{root!r} is none of {', '.join(_ROOTS)}"
    name = str(path.parts[1]) if len(path.parts) > 1 else ""
    if root == "steps" and name:
        if name not in names:
            return f"there is no step {name!r}"
        if len(path.parts) > 2 and path.parts[2] != "output":
            return f"a step has an `output`, no {path.parts[2]!r}"
    declared: Mapping[str, Any] = given.get("properties", {})
    if root == "input" and name and declared and name not in declared:
        return f"input_schema declares no {name!r}, only {', '.join(declared)}"
    return ""
