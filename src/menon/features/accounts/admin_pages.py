"""Pages for administrators: users and roles."""

from functools import partial
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Query, Request
from starlette.responses import Response

from menon.core.auth import Action, Role
from menon.core.http import AppRuntime, PageQuery, PathText, Routes, Who
from menon.core.web.forms import read_form
from menon.core.web.render import redirect, render
from menon.features.accounts import contexts, service
from menon.features.accounts.schemas import (
    PasswordPageIn,
    RolesIn,
    UserIn,
    UserPatch,
)

admin = Routes(tag="accounts", pages=True)

Words = Annotated[str, Query(max_length=100)]

_USERS = "/admin/users"


@admin.get(_USERS, action=Action.ADMIN)
async def users(
    request: Request,
    who: Who,
    runtime: AppRuntime,
    page: PageQuery,
    *,
    q: Words = "",
    role: Role | Literal[""] = "",
) -> Response:
    """The users, searched by name, address and role."""
    found = await service.list_users(runtime, page, words=q, role=role or None)
    seen = await service.last_seen(runtime, [user.id for user in found.items])
    rows = [contexts.user_row(user, seen=seen.get(user.id), who=who) for user in found.items]
    query = {"q": q, "role": role, "cursor": found.next_cursor}
    more = f"{_USERS}?{urlencode(query)}" if found.next_cursor else None
    context = contexts.users_page(rows, more=more, words=q, role=role)
    template = "_users.html" if "hx-request" in request.headers else "users.html"
    return await render(request, f"accounts/{template}", context)


@admin.post(_USERS, action=Action.ADMIN)
async def create_user(request: Request, who: Who, runtime: AppRuntime) -> Response:
    """Make a user."""
    form = await read_form(request, UserIn)
    sent = await form.send(partial(service.create_user, runtime, who=who))
    if sent.result is not None:
        note = f"{sent.result.username} can log in now."
        return redirect(request, _USERS, flash=("success", note))
    context = {"user_form": contexts.user_form(form, sent), "roles": list(contexts.ROLES)}
    return await render(request, "accounts/_user_form.html", context, status=422)


@admin.get(_USERS + "/{user_id}", action=Action.ADMIN)
async def user(request: Request, user_id: PathText, who: Who, runtime: AppRuntime) -> Response:
    """One user: roles and password."""
    found = await service.get_user(runtime, user_id)
    seen = await service.last_seen(runtime, [found.id])
    row = contexts.user_row(found, seen=seen.get(found.id), who=who)
    context = {"user": row, "roles": list(contexts.ROLES), "errors": {}}
    return await render(request, "accounts/user.html", context)


@admin.post(_USERS + "/{user_id}", action=Action.ADMIN)
async def change_roles(
    request: Request, user_id: PathText, who: Who, runtime: AppRuntime
) -> Response:
    """Set a user's roles; one's own role of administrator stays, since its box is locked."""
    form = await read_form(request, RolesIn)
    sent = await form.send(partial(service.set_roles, runtime, who, user_id))
    flash = ("success", "Roles saved.") if sent.ok else ("danger", contexts.reason(sent))
    return redirect(request, f"{_USERS}/{user_id}", flash=flash)


@admin.post(_USERS + "/{user_id}/password", action=Action.ADMIN)
async def set_password(
    request: Request, user_id: PathText, who: Who, runtime: AppRuntime
) -> Response:
    """Set a user's password."""
    form = await read_form(request, PasswordPageIn)
    sent = await form.send(partial(service.set_password_of, runtime, who, user_id))
    flash = ("success", "Password set.") if sent.ok else ("danger", contexts.reason(sent))
    return redirect(request, f"{_USERS}/{user_id}", flash=flash)


@admin.delete(_USERS + "/{user_id}", action=Action.ADMIN)
async def deactivate(
    request: Request, user_id: PathText, who: Who, runtime: AppRuntime
) -> Response:
    """Shut a user out."""
    await service.deactivate_user(runtime, who, user_id)
    return redirect(request, _USERS, flash=("success", "The user is logged out and shut out."))


@admin.post(_USERS + "/{user_id}/activate", action=Action.ADMIN)
async def activate(request: Request, user_id: PathText, who: Who, runtime: AppRuntime) -> Response:
    """Let a user in again."""
    await service.update_user(runtime, who, user_id, patch=UserPatch(is_active=True))
    return redirect(request, _USERS, flash=("success", "The user may log in again."))


@admin.get("/admin/roles", action=Action.ADMIN)
async def roles(request: Request) -> Response:
    """What each role may do."""
    return await render(request, "accounts/roles.html", contexts.roles_page())
