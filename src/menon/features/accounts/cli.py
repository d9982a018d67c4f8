"""Commands of accounts: `menon user ...` and `menon key ...`."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from menon.core.cli import run, secret, show

if TYPE_CHECKING:
    from menon.core.runtime import Runtime

user_app = typer.Typer(
    help="Users: create, list, set a password, export, erase.", no_args_is_help=True
)
key_app = typer.Typer(help="API keys: create, list, revoke.", no_args_is_help=True)

apps = {"user": user_app, "key": key_app}

_ONLY = ("accounts",)

Name = Annotated[str, typer.Argument(help="User name.")]
Owner = Annotated[str, typer.Option("--user", help="Whose keys.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read it from standard input.")]
Generate = Annotated[bool, typer.Option("--generate", help="Make one and print it.")]


class NewUser(NamedTuple):
    """What was typed of a new user."""

    name: str
    email: str | None
    password: str
    roles: list[str]


@user_app.command("create")
def create_user(
    context: typer.Context,
    name: Name,
    *,
    role: Annotated[list[str] | None, typer.Option(help="Role; may be repeated.")] = None,
    email: Annotated[str | None, typer.Option(help="Email address.")] = None,
    password_stdin: FromStdin = False,
    generate: Generate = False,
) -> None:
    """Create a user."""
    password = _password(generate=generate, from_stdin=password_stdin)

    wanted = NewUser(name, email, password, role or ["developer"])

    async def work(runtime: "Runtime") -> str:
        return await _made(runtime, wanted)

    typer.echo(f"created {run(context, work, only=_ONLY)}")
    if generate:
        typer.echo(password)


@user_app.command("list")
def list_users(context: typer.Context, *, as_json: AsJson = False) -> None:
    """List users."""
    from menon.features.accounts import service

    rows = run(context, service.all_users, only=_ONLY)
    columns = ("username", "roles", "is_active", "email", "created_at", "id")
    show([row.model_dump(mode="json") for row in rows], columns=columns, as_json=as_json)


@user_app.command("passwd")
def set_password(
    context: typer.Context,
    name: Name,
    *,
    password_stdin: FromStdin = False,
    generate: Generate = False,
) -> None:
    """Set a user's password; their sessions end."""
    password = _password(generate=generate, from_stdin=password_stdin)

    async def work(runtime: "Runtime") -> None:
        from menon.features.accounts import service

        await service.set_password_named(runtime, name, password)

    run(context, work, only=_ONLY)
    typer.echo(password if generate else f"set the password of {name}")


@user_app.command("export")
def export_user(context: typer.Context, name: Name) -> None:
    """Print all that is stored of a user, as JSON; of documents and secrets only what they are."""
    from menon.features.accounts import service

    async def work(runtime: "Runtime") -> Mapping[str, Any]:
        return await service.export_person(runtime, name)

    typer.echo(json.dumps(run(context, work), indent=2, ensure_ascii=False, default=str))


@user_app.command("erase")
def erase_user(
    context: typer.Context,
    name: Name,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Forget a user and all that is theirs alone; what they shared stays."""
    from menon.features.accounts import service

    if not yes:
        typer.confirm(f"Erase {name} and all that is theirs? This cannot be undone", abort=True)

    async def work(runtime: "Runtime") -> Mapping[str, int]:
        return await service.erase_person(runtime, name)

    for feature, rows in run(context, work).items():
        typer.echo(f"{feature}: {rows}")


@key_app.command("create")
def create_key(
    context: typer.Context,
    *,
    name: Annotated[str, typer.Option(help="What will use it.")],
    user: Owner = "admin",
    scopes: Annotated[str, typer.Option(help="Such as read,chat; all when empty.")] = "",
) -> None:
    """Create an API key and print it, once and alone."""

    async def work(runtime: "Runtime") -> str:
        from menon.features.accounts import service

        wanted = [word for word in scopes.replace(",", " ").split() if word]
        return (await service.create_key_of(runtime, user, name=name, scopes=wanted)).key

    typer.echo(run(context, work, only=_ONLY))


@key_app.command("list")
def list_keys(context: typer.Context, *, user: Owner = "admin", as_json: AsJson = False) -> None:
    """List a user's API keys; the keys themselves are stored nowhere."""

    async def work(runtime: "Runtime") -> list[dict[str, object]]:
        from menon.features.accounts import service

        return [key.model_dump(mode="json") for key in await service.all_keys(runtime, user)]

    columns = ("prefix", "name", "scopes", "is_enabled", "expires_at", "last_used_at", "id")
    show(run(context, work, only=_ONLY), columns=columns, as_json=as_json)


@key_app.command("revoke")
def revoke_key(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="Id or prefix of the key.")],
    *,
    user: Owner = "admin",
) -> None:
    """Revoke an API key."""

    async def work(runtime: "Runtime") -> str:
        from menon.features.accounts import service

        return (await service.revoke_key_of(runtime, user, key)).name

    typer.echo(f"revoked {run(context, work, only=_ONLY)!r}")


def _password(*, generate: bool, from_stdin: bool) -> str:
    if not generate:
        return secret("Password", from_stdin=from_stdin)
    from menon.features.accounts.service import new_password

    return new_password()


async def _made(runtime: "Runtime", wanted: NewUser) -> str:
    from menon.features.accounts import service

    made = await service.create_user_of(
        runtime,
        username=wanted.name,
        email=wanted.email,
        password=wanted.password,
        roles=wanted.roles,
    )
    return made.username
