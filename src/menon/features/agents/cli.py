"""Commands of agents: `menon ask ...` and `menon agents list`."""

from typing import TYPE_CHECKING, Annotated

import typer

from menon.core.cli import run, show

if TYPE_CHECKING:
    from menon.core.runtime import Runtime

agents_app = typer.Typer(help="Agents.", no_args_is_help=True)

apps = {"agents": agents_app}

User = Annotated[str, typer.Option("--user", help="Whose rights are used.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@agents_app.command("list")
def list_agents(context: typer.Context, *, user: User = "admin", as_json: AsJson = False) -> None:
    """List agents."""

    async def work(runtime: "Runtime") -> list[dict[str, object]]:
        from menon.features.agents import asking

        return await asking.all_agents(runtime, user)

    columns = ("slug", "name", "version", "status", "visibility", "id")
    show(run(context, work), columns=columns, as_json=as_json)


def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(help="What to ask.")],
    *,
    agent: Annotated[str, typer.Option(help="Id or slug of the agent.")] = "assistant",
    model: Annotated[str, typer.Option(help="`auto` or provider:name.")] = "",
    user: User = "admin",
    as_json: AsJson = False,
) -> None:
    """Ask an agent; the answer appears as it comes, its sources below."""

    async def work(runtime: "Runtime") -> bool:
        from menon.features.agents import asking

        wanted = asking.Wanted(agent=agent, model=model, question=question, as_json=as_json)
        return await asking.ask(runtime, user, wanted, typer.echo)

    if not run(context, work):
        raise typer.Exit(1)


commands = {"ask": ask}
