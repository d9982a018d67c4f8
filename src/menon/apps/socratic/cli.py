"""Commands of the studio: `menon studio prepare`."""

from typing import TYPE_CHECKING, Annotated

import typer

from menon.core.cli import run, show

if TYPE_CHECKING:
    from menon.core.runtime import Runtime

studio_app = typer.Typer(help="Generated code.", no_args_is_help=True)

apps = {"studio": studio_app}


@studio_app.callback()
def studio() -> None:
    """Generated code."""


@studio_app.command("prepare")
def prepare(
    context: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Make the environment in which generated code is tested; needs the package index once."""

    async def work(runtime: "Runtime") -> list[dict[str, object]]:
        from menon.apps.socratic.codebases import proving

        made = await proving.prepare(runtime)
        return [{"path": str(made.path), "bytes": made.size, "made": made.made}]

    show(run(context, work), columns=("path", "bytes", "made"), as_json=as_json)
