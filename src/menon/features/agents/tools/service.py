"""Declared tools: made, changed, read and deleted by their owners."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.errors import Conflict, Forbidden, InvalidInput, MenonError
from menon.core.runtime import Runtime
from menon.engine.tools.schemas import BadSchema, normalized, object_schema, ready
from menon.engine.tools.tool import Effect
from menon.features.agents.tools import changes, queries, rules
from menon.features.agents.tools.http import definition_of
from menon.features.agents.tools.models import HttpTool
from menon.features.agents.tools.rules import Definition
from menon.features.agents.tools.schemas import ToolDetail, ToolIn, ToolPatch
from menon.features.agents.tools.settings import ToolSettings
from menon.features.agents.tools.toolbox import Toolbox
from menon.features.agents.tools.views import detail
from menon.features.integrations.service import sealed
from menon.kit.ids import new_id


async def create(runtime: Runtime, who: Principal, body: ToolIn) -> ToolDetail:
    """Declare a tool.

    Raises:
        InvalidInput: its definition is wrong; `errors` says where.
        Conflict: its name is taken.
    """
    check_name(runtime, body.name)
    await ready()
    effect = body.effect or rules.default_effect(body.method)
    _check_effect(who, effect)
    definition = replace(_definition(body), source_id=new_id(), owner_id=who.user_id)
    check(definition, secrets=body.secrets.keys())
    now = runtime.clock.now()
    row = changes.row(
        who,
        definition,
        now=now,
        description=body.description,
        effect=effect,
        visibility=body.visibility,
        enabled=body.enabled,
        origin="",
    )
    await store(runtime, who, [row], definition.source_id, body.secrets)
    return await get(runtime, who, body.name)


async def store(
    runtime: Runtime,
    who: Principal,
    rows: Sequence[HttpTool],
    source_id: str,
    given: Mapping[str, str],
) -> None:
    """Write new tools with their secrets, all or none."""
    most, now = runtime.settings[ToolSettings].declared, runtime.clock.now()
    await sealed.keep(runtime, who, source_id, given)
    try:
        await runtime.db.write(changes.add, who, rows, most=most, now=now)
    except MenonError:
        await sealed.forget(runtime, source_id)
        raise


async def update(runtime: Runtime, who: Principal, name: str, patch: ToolPatch) -> ToolDetail:
    """Change a declared tool; what is left out stays.

    Raises:
        NotFound: there is no declared tool of this name that is theirs.
        InvalidInput: it would be wrong then; `errors` says where.
        Conflict: it was changed meanwhile.
    """
    if name in runtime[Toolbox].installed:
        raise Forbidden("Installed tools cannot be changed.")
    await ready()
    before, version, effect = await runtime.db.read(_mine, who, name)
    if patch.version is not None and patch.version != version:
        raise Conflict(f"The tool is at version {version} by now; read it again.")
    definition, values = _changed(before, patch)
    values["effect"] = _effect_after(who, effect, patch, before, definition)
    known = await sealed.names(runtime, before.source_id)
    check(definition, secrets={*known, *patch.secrets})
    await sealed.keep(runtime, who, before.source_id, patch.secrets)
    now = runtime.clock.now()
    await runtime.db.write(changes.update, who, name, values, version=version, now=now)
    return await get(runtime, who, name)


async def enable(runtime: Runtime, who: Principal, names: Sequence[str], *, on: bool) -> None:
    """Switch declared tools on or off, all or none."""
    await runtime.db.write(changes.enable, who, names, on=on, now=runtime.clock.now())


async def delete(runtime: Runtime, who: Principal, name: str) -> None:
    """Delete a declared tool, and its secrets where no other tool needs them."""
    if name in runtime[Toolbox].installed:
        raise Forbidden("Installed tools cannot be deleted.")
    left = await runtime.db.write(changes.delete, who, name, now=runtime.clock.now())
    if left:
        await sealed.forget(runtime, left)


async def get(runtime: Runtime, who: Principal, name: str) -> ToolDetail:
    """One tool of any kind.

    Raises:
        NotFound: there is none that they may see.
    """
    return await detail(runtime, who, name)


def check_name(runtime: Runtime, name: str, *, field: str = "name") -> None:
    """Refuse a name that a declared tool cannot have.

    Raises:
        InvalidInput: it is an installed tool's, or one that tool servers and agents have.
    """
    taken = name in runtime[Toolbox].installed
    if taken or name.startswith(rules.RESERVED):
        words = "an installed tool has it" if taken else "tool servers and agents have such names"
        raise InvalidInput(
            f"The name {name!r} cannot be used: {words}.",
            errors=[{"pointer": f"/{field}", "detail": words}],
        )


def check(definition: Definition, *, secrets: Collection[str]) -> None:
    """Refuse a definition that is wrong.

    Raises:
        InvalidInput: saying all that is.
    """
    if found := rules.faults(definition, secrets=secrets):
        words = "; ".join(f"{fault.pointer}: {fault.detail}" for fault in found[:3])
        raise InvalidInput(
            f"The tool cannot be declared so: {words}.",
            errors=[{"pointer": fault.pointer, "detail": fault.detail} for fault in found[:100]],
        )


def _definition(body: ToolIn) -> Definition:
    return Definition(
        name=body.name,
        method=body.method,
        url=body.url,
        input_schema=_plain("/input_schema", body.input_schema, is_object=True),
        output_schema=_output(body.output_schema),
        arguments=body.arguments,
        headers=body.headers,
        timeout_s=body.timeout,
    )


def _changed(before: Definition, patch: ToolPatch) -> tuple[Definition, dict[str, Any]]:
    """The definition as it will be, and the columns that are written."""
    schema, output = before.input_schema, before.output_schema
    if patch.input_schema is not None:
        schema = _plain("/input_schema", patch.input_schema, is_object=True)
    if "output_schema" in patch.model_fields_set:
        output = _output(patch.output_schema)
    definition = replace(
        before,
        method=patch.method or before.method,
        url=patch.url or before.url,
        input_schema=schema,
        output_schema=output,
        arguments=before.arguments if patch.arguments is None else patch.arguments,
        headers=before.headers if patch.headers is None else patch.headers,
        timeout_s=patch.timeout or before.timeout_s,
    )
    values = changes.columns(definition)
    for field in ("description", "visibility", "enabled"):
        value = getattr(patch, field)
        if value is not None:
            values[field] = value
    return definition, values


def _effect_after(
    who: Principal, effect: Effect, patch: ToolPatch, before: Definition, after: Definition
) -> Effect:
    """An administrator's word that a tool only reads holds for what it sent then."""
    wanted = patch.effect or effect
    same = replace(after, output_schema=None, timeout_s=0) == replace(
        before, output_schema=None, timeout_s=0
    )
    if wanted is Effect.READ and not (same and effect is Effect.READ):
        if patch.effect is None and not who.is_admin:
            return rules.default_effect(after.method)
        _check_effect(who, wanted)
    return wanted


def _check_effect(who: Principal, effect: Effect) -> None:
    """A tool that sends something out is never `read` by its owner's word alone."""
    if effect is Effect.READ and not who.is_admin:
        raise Forbidden("Only an administrator may say that a declared tool only reads.")


def _plain(pointer: str, schema: object, *, is_object: bool = False) -> Mapping[str, Any]:
    try:
        return object_schema(schema) if is_object else normalized(schema)
    except BadSchema as error:
        raise InvalidInput(
            f"The schema cannot be used: {pointer}{error.pointer}: {error.detail}.",
            errors=[{"pointer": pointer + error.pointer, "detail": error.detail}],
        ) from error


def _output(schema: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return None if schema is None else _plain("/output_schema", schema)


def _mine(session: Session, who: Principal, name: str) -> tuple[Definition, int, Effect]:
    row = queries.writable(session, who, name, lock=False)
    return definition_of(row), row.version, Effect(row.effect)
