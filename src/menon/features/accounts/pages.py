"""Pages for everybody: sign in, register, sign out, one's own profile and keys."""

from functools import partial

from fastapi import Request
from starlette.responses import Response

from menon.core.auth import Action
from menon.core.http import Address, AppRuntime, Page, PathText, Routes, Who, csrf
from menon.core.web.forms import read_form
from menon.core.web.render import drop_cookie, redirect, render, set_cookie
from menon.features.accounts import contexts, service
from menon.features.accounts.rules import safe_next
from menon.features.accounts.schemas import (
    ApiKeyPatch,
    KeyPageIn,
    LoginPageIn,
    PasswordChangeIn,
    ProfileIn,
    RegisterIn,
)
from menon.features.accounts.settings import AccountsSettings

pages = Routes(tag="accounts", pages=True)

_KEYS = Page(limit=200)
_LOGIN, _REGISTER, _PROFILE = (
    "accounts/login.html",
    "accounts/register.html",
    "accounts/profile.html",
)


@pages.get("/login", action=Action.PUBLIC)
async def login_page(request: Request, who: Who, runtime: AppRuntime) -> Response:
    """The sign-in page; who is signed in already goes on."""
    if who.user_id:
        return redirect(request, safe_next(request.query_params.get("next")))
    how = runtime.settings[AccountsSettings]
    context = contexts.login(how, values=request.query_params)
    return await render(request, _LOGIN, context)


@pages.post("/login", action=Action.PUBLIC)
async def login(request: Request, who: Who, runtime: AppRuntime, at: Address) -> Response:
    """Sign a browser in."""
    form = await read_form(request, LoginPageIn)
    agent = request.headers.get("user-agent", "")
    sign_in = partial(service.login_browser, runtime, address=at, user_agent=agent, before=who)
    sent = await form.send(sign_in)
    if sent.result is None:
        how = runtime.settings[AccountsSettings]
        context = contexts.login(how, values=form.values, sent=sent)
        return await render(request, _LOGIN, context, status=sent.status)
    response = redirect(request, safe_next(form.values.get("next")))
    set_cookie(request, response, csrf.SESSION, sent.result.cookie, seconds=sent.result.seconds)
    drop_cookie(request, response, csrf.FORM)
    return response


@pages.get("/register", action=Action.PUBLIC)
async def register_page(request: Request, runtime: AppRuntime) -> Response:
    """The register page, where that is allowed."""
    if not runtime.settings[AccountsSettings].registration:
        return redirect(request, "/login", flash=("info", "Ask an administrator for an account."))
    return await render(request, _REGISTER, {"form": contexts.register_form()})


@pages.post("/register", action=Action.PUBLIC)
async def register(request: Request, runtime: AppRuntime, at: Address) -> Response:
    """Make an account, then sign in with it."""
    form = await read_form(request, RegisterIn)
    sent = await form.send(partial(service.register, runtime, address=at))
    if not sent.ok:
        context = {"form": contexts.register_form(form, sent)}
        return await render(request, _REGISTER, context, status=sent.status)
    return redirect(request, "/login", flash=("success", "Your account is ready. Log in with it."))


@pages.post("/logout", action=Action.SIGNED_IN)
async def logout(request: Request, who: Who, runtime: AppRuntime) -> Response:
    """Sign this browser out."""
    await service.logout(runtime, who)
    response = redirect(request, "/login", flash=("info", "You are logged out."))
    drop_cookie(request, response, csrf.SESSION)
    return response


@pages.get("/profile", action=Action.PROFILE)
async def profile(request: Request, who: Who, runtime: AppRuntime) -> Response:
    """One's own account: name, keys, password."""
    user = await service.get_user(runtime, who.user_id)
    keys = await service.list_keys(runtime, who, _KEYS)
    return await render(request, _PROFILE, contexts.profile(user, keys.items))


@pages.post("/profile", action=Action.PROFILE)
async def change_profile(request: Request, who: Who, runtime: AppRuntime) -> Response:
    """Change one's own name and email address."""
    form = await read_form(request, ProfileIn)
    sent = await form.send(partial(service.update_profile, runtime, who))
    if sent.ok:
        return redirect(request, "/profile", flash=("success", "Saved."))
    user = await service.get_user(runtime, who.user_id)
    keys = await service.list_keys(runtime, who, _KEYS)
    context = contexts.profile(user, keys.items, form=form, sent=sent)
    return await render(request, _PROFILE, context, status=sent.status)


@pages.post("/profile/password", action=Action.PROFILE)
async def change_password(request: Request, who: Who, runtime: AppRuntime) -> Response:
    """Change one's own password."""
    names = {"current": "current_password", "new": "new_password"}
    form = await read_form(request, PasswordChangeIn, names=names)
    sent = await form.send(partial(service.change_password, runtime, who))
    if "hx-request" not in request.headers:
        flash = contexts.password_flash(sent)
        return redirect(request, "/profile", flash=flash)
    context = {"password": contexts.password_form(sent)}
    note = ("success", "Your password is changed.") if sent.ok else None
    status = 200 if sent.ok else 422
    return await render(request, "accounts/_password.html", context, status=status, toast=note)


@pages.post("/profile/keys", action=Action.PROFILE)
async def create_key(request: Request, who: Who, runtime: AppRuntime) -> Response:
    """Make a key; the list shows it this once."""
    form = await read_form(request, KeyPageIn, names={"key_name": "name", "expires": "days"})
    sent = await form.send(partial(service.create_key_for_days, runtime, who))
    new_key = sent.result.key if sent.result else ""
    note = None if sent.ok else ("danger", contexts.reason(sent))
    keys = await service.list_keys(runtime, who, _KEYS)
    context = contexts.keys(keys.items, new_key=new_key)
    return await render(request, "accounts/_keys.html", context, toast=note)


@pages.post("/profile/keys/{key_id}/{state}", action=Action.PROFILE)
async def switch_key(
    request: Request, key_id: PathText, state: PathText, who: Who, runtime: AppRuntime
) -> Response:
    """Enable or disable a key."""
    patch = ApiKeyPatch(is_enabled=state == "enable")
    await service.update_key(runtime, who, key_id, patch=patch)
    keys = await service.list_keys(runtime, who, _KEYS)
    return await render(request, "accounts/_keys.html", contexts.keys(keys.items))


@pages.delete("/profile/keys/{key_id}", action=Action.PROFILE)
async def revoke_key(request: Request, key_id: PathText, who: Who, runtime: AppRuntime) -> Response:
    """Revoke a key."""
    await service.revoke_key(runtime, who, key_id)
    keys = await service.list_keys(runtime, who, _KEYS)
    return await render(request, "accounts/_keys.html", contexts.keys(keys.items))
