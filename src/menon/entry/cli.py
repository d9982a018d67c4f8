"""The command line; every command imports what it needs when it runs, so that `--help` is quick."""

import gc
import sys
from pathlib import Path
from typing import Annotated

import typer

from menon.entry.commands import attach

app = typer.Typer(
    name="menon",
    help="Menon: agents that answer from your own documents.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
attach(app)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.callback()
def prepare(context: typer.Context) -> None:
    """Menon: agents that answer from your own documents."""
    from menon.entry.commands import opening

    context.obj = opening


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    workers: Annotated[int | None, typer.Option(help="Server processes.")] = None,
    app: Annotated[
        str, typer.Option(help="Python agents to serve: `my_agents.py` or `module:name`.")
    ] = "",
    reload: Annotated[
        bool, typer.Option(help="Start again when a file beside the agents changes.")
    ] = False,
) -> None:
    """Start the server."""
    from menon.entry.server import serve as start

    start(host=host, port=port, workers=workers, agents=app, reload=reload)


@app.command()
def worker(
    queues: Annotated[str, typer.Option(help="Queues to work on, with commas.")] = "",
    concurrency: Annotated[
        int | None, typer.Option(min=1, help="Jobs of each queue at the same time.")
    ] = None,
) -> None:
    """Work on durable jobs without serving HTTP."""
    from menon.entry.worker import work

    work([name.strip() for name in queues.split(",") if name.strip()], concurrency)


@app.command()
def demo(
    knowledge: Annotated[list[str], typer.Option(help="Folder to ingest; may be repeated.")],
    once: Annotated[bool, typer.Option(help="Ask one question and end.")] = False,
) -> None:
    """Set up a first user, ingest the demo knowledge base and start the server."""
    from menon.entry.demo import run

    run(knowledge, once=once)


@app.command()
def migrate(
    to: Annotated[str, typer.Option(help="Revision; `base` empties the database.")] = "head",
) -> None:
    """Bring the database to this build's schema."""
    from menon.entry.upkeep import migrate as run

    run(to)


@app.command()
def backup(folder: Annotated[Path, typer.Argument(help="A new folder for the copy.")]) -> None:
    """Copy the databases and uploads, while the server runs or not."""
    from menon.entry.upkeep import back_up

    back_up(folder)


@app.command()
def restore(folder: Annotated[Path, typer.Argument(help="A folder that `backup` made.")]) -> None:
    """Put a copy into an empty data directory; webhooks wait for `menon release`."""
    from menon.entry.upkeep import restore as run

    run(folder)


@app.command()
def release() -> None:
    """Let the deliveries go out that wait since a restore."""
    from menon.entry.upkeep import release as run

    run()


@app.command()
def doctor(
    deploy: Annotated[bool, typer.Option(help="Also what matters in production.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check this installation and say what to do about each finding."""
    from menon.entry.doctor import run

    raise typer.Exit(run(deploy=deploy, as_json=as_json))


@app.command()
def chaos(
    name: Annotated[str, typer.Argument(help="What happens, such as `jobs` or `postgres`.")],
    as_json: AsJson = False,
) -> None:
    """Kill what works, in a checkout and on databases of its own, and count what was lost."""
    from menon.entry.chaos import run

    raise typer.Exit(run(name, as_json=as_json))


@app.command()
def parts(as_json: AsJson = False) -> None:
    """List what is installed: features, routes, tools, providers, jobs, settings."""
    from menon.entry.inventory import show

    show(as_json=as_json)


@app.command()
def openapi() -> None:
    """Print the OpenAPI document."""
    from menon.entry.upkeep import openapi as run

    run()


config = typer.Typer(help="Configuration.", no_args_is_help=True)
app.add_typer(config, name="config")


@config.command("show")
def show_config(as_json: AsJson = False) -> None:
    """Print the settings in force, secrets masked."""
    from menon.entry.upkeep import show_settings

    show_settings(as_json=as_json)


def main() -> None:
    """The console script."""
    # A start makes 330,000 objects that stay: half a second of its 3.4 went into looking for
    # garbage among them. The collector begins when the runtime is open.
    gc.disable()
    try:
        app()
    except Exception as error:
        from menon.entry.commands import refused  # imported late: it would slow `--help`

        if not isinstance(error, refused()):
            raise
        sys.stderr.write(f"menon: {error}\n")
        sys.exit(2)
