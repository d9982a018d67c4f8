"""The command `menon ingest`."""

from typing import TYPE_CHECKING, Annotated

import typer

from menon.core.cli import run

if TYPE_CHECKING:
    from menon.core.runtime import Runtime


def ingest(
    context: typer.Context,
    places: Annotated[list[str], typer.Argument(help="Files, folders or addresses.")],
    *,
    collection: Annotated[str, typer.Option(help="Id or slug; made when missing.")] = "",
    shared: Annotated[bool, typer.Option(help="Let everybody read a new collection.")] = False,
    user: Annotated[str, typer.Option("--user", help="Whose rights are used.")] = "admin",
) -> None:
    """Read documents into a collection and wait until they are searchable."""

    async def work(runtime: "Runtime") -> int:
        from menon.features.accounts.service import principal_named
        from menon.features.knowledge import ingesting

        who = await principal_named(runtime, user)
        target = ingesting.Target(collection=collection, shared=shared)
        return await ingesting.ingest(runtime, who, places, target, typer.echo)

    if run(context, work):
        raise typer.Exit(1)


commands = {"ingest": ingest}
