"""Commands of the vault: `menon vault ...`."""

from typing import TYPE_CHECKING, Annotated

import typer

from menon.core.cli import run, show

if TYPE_CHECKING:
    from menon.core.runtime import Runtime

vault_app = typer.Typer(help="Secrets: list, change the vault key.", no_args_is_help=True)

apps = {"vault": vault_app}

_ONLY = ("accounts", "vault")


@vault_app.command("list")
def list_secrets(
    context: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List secrets, masked."""

    async def work(runtime: "Runtime") -> list[dict[str, object]]:
        from menon.features.vault import service

        return [found.model_dump(mode="json") for found in await service.list_all(runtime)]

    columns = ("scope", "subject", "name", "masked", "version", "updated_at", "id")
    show(run(context, work, only=_ONLY), columns=columns, as_json=as_json)


@vault_app.command("rotate")
def rotate(context: typer.Context) -> None:
    """Wrap all secrets by MENON_VAULT_KEY that MENON_VAULT__PREVIOUS_KEY still wraps."""

    async def work(runtime: "Runtime") -> int:
        from menon.features.vault import service

        return await service.rotate_to_current(runtime)

    moved = run(context, work, only=_ONLY)
    typer.echo(f"wrapped {moved} secrets by the current key; unset MENON_VAULT__PREVIOUS_KEY now")
