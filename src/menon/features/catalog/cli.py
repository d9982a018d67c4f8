"""Commands of the catalog: `menon models ...`."""

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from menon.core.cli import run, secret, show

if TYPE_CHECKING:
    from menon.core.runtime import Runtime

models_app = typer.Typer(
    help="Models: list, pull, install; keys of providers.", no_args_is_help=True
)

apps = {"models": models_app}

_ONLY = ("vault", "catalog")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@models_app.command("list")
def list_models(context: typer.Context, *, as_json: AsJson = False) -> None:
    """List the models of every configured server; what is wrong with a server goes to stderr."""
    from menon.features.catalog import service

    found = run(context, service.everything, only=_ONLY)
    columns = ("name", "available", "chat", "tools", "vision", "embeddings", "context", "local")
    rows = [model.model_dump(mode="json") for model in found.items]
    show(rows, columns=columns, as_json=as_json)
    for provider in found.providers:
        if not provider.ok:
            typer.echo(f"{provider.name}: {provider.detail}", err=True)


@models_app.command()
def pull(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Model, such as llama3.2:3b.")],
) -> None:
    """Download a model to the Ollama server; asking again goes on where it stopped."""

    async def work(runtime: "Runtime") -> None:
        from menon.features.catalog import service

        async for line in service.pull_lines(runtime, name):
            typer.echo(line)

    run(context, work, only=_ONLY)


@models_app.command()
def key(
    context: typer.Context,
    provider: Annotated[str, typer.Argument(help="Provider, such as openai or anthropic.")],
    *,
    delete: Annotated[bool, typer.Option("--delete", help="Delete the stored key.")] = False,
) -> None:
    """Store a provider's key in the vault, from standard input or typed unseen; or delete it."""
    given = None if delete else secret(f"Key of {provider}", from_stdin=not sys.stdin.isatty())
    typer.echo(run(context, partial(_keep_key, provider, given), only=_ONLY))


@models_app.command()
def install(
    context: typer.Context,
    name: Annotated[Literal["minilm"], typer.Argument(help="The model for embeddings.")] = "minilm",
    source: Annotated[
        Path | None, typer.Option("--from", help="Folder with its files, instead of a download.")
    ] = None,
) -> None:
    """Install the model with which documents are searched by meaning."""

    async def work(runtime: "Runtime") -> Path:
        from menon.features.catalog import service

        return await service.install_minilm(runtime, source)

    typer.echo(f"installed {name} in {run(context, work, only=_ONLY)}; restart running servers")


async def _keep_key(provider: str, given: str | None, runtime: "Runtime") -> str:
    """Store the key, or delete it where none is given."""
    from menon.core.auth import SYSTEM
    from menon.features.catalog.service import keys

    if given is None:
        await keys.delete_key(runtime, SYSTEM, provider)
        return f"deleted the key of {provider}"
    stored = await keys.store_key(runtime, SYSTEM, provider, given)
    return f"stored the key of {provider}, {stored.masked}, version {stored.version}"
