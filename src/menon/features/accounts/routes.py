"""HTTP operations of accounts."""

from typing import Annotated

from fastapi import Form, Request, Response

from menon.core.auth import Action
from menon.core.http import Address, AppRuntime, Listing, PageQuery, PathText, Routes, Who, csrf
from menon.core.web.render import drop_cookie
from menon.features.accounts import service
from menon.features.accounts.schemas import (
    ApiKeyCreated,
    ApiKeyIn,
    ApiKeyOut,
    ApiKeyPatch,
    LoginForm,
    LoginIn,
    LogoutIn,
    MeOut,
    PasswordChangeIn,
    PasswordSetIn,
    RefreshIn,
    RegisterIn,
    RoleOut,
    TokensOut,
    UserIn,
    UserOut,
    UserPatch,
)

auth = Routes(tag="auth")
users = Routes(tag="users")


@auth.post("/auth/login", action=Action.PUBLIC)
async def login(body: Annotated[LoginForm, Form()], runtime: AppRuntime, at: Address) -> TokensOut:
    """Sign in with a form."""
    return await service.login(runtime, body, address=at)


@auth.post("/auth/login-json", action=Action.PUBLIC)
async def login_json(body: LoginIn, runtime: AppRuntime, at: Address) -> TokensOut:
    """Sign in with JSON."""
    return await service.login(runtime, body, address=at)


@auth.post("/auth/refresh", action=Action.PUBLIC)
async def refresh(body: RefreshIn, runtime: AppRuntime) -> TokensOut:
    """Get fresh tokens for a refresh token."""
    return await service.refresh(runtime, body.refresh_token)


@auth.post("/auth/logout", action=Action.PUBLIC, status_code=204)
async def logout(
    request: Request,
    response: Response,
    who: Who,
    runtime: AppRuntime,
    body: LogoutIn | None = None,
) -> None:
    """Sign out: end this session, and the refresh token in the body."""
    given = body.refresh_token if body else None
    await service.logout(runtime, who, refresh_token=given)
    drop_cookie(request, response, csrf.SESSION)


@auth.post("/auth/register", action=Action.PUBLIC, status_code=201)
async def register(body: RegisterIn, runtime: AppRuntime, at: Address) -> UserOut:
    """Create an account for yourself."""
    return await service.register(runtime, body, address=at)


@auth.get("/auth/me", action=Action.SIGNED_IN)
async def me(who: Who, runtime: AppRuntime) -> MeOut:
    """Say who you are and what you may do."""
    return await service.me(runtime, who)


@auth.post("/auth/change-password", action=Action.PROFILE, status_code=204)
async def change_password(body: PasswordChangeIn, who: Who, runtime: AppRuntime) -> None:
    """Change your own password."""
    await service.change_password(runtime, who, body)


@auth.post("/auth/admin/change-password", action=Action.ADMIN, status_code=204)
async def set_password(body: PasswordSetIn, who: Who, runtime: AppRuntime) -> None:
    """Set somebody's password."""
    await service.set_password(runtime, who, body)


@auth.get("/auth/api-keys", action=Action.PROFILE)
async def list_keys(who: Who, runtime: AppRuntime, page: PageQuery) -> Listing[ApiKeyOut]:
    """List your API keys."""
    return await service.list_keys(runtime, who, page)


@auth.post("/auth/api-keys", action=Action.PROFILE, status_code=201)
async def create_key(body: ApiKeyIn, who: Who, runtime: AppRuntime) -> ApiKeyCreated:
    """Create an API key; it is shown once."""
    return await service.create_key(runtime, who, body)


@auth.put("/auth/api-keys/{key_id}", action=Action.PROFILE)
async def update_key(
    key_id: PathText, body: ApiKeyPatch, who: Who, runtime: AppRuntime
) -> ApiKeyOut:
    """Enable, disable or change an API key."""
    return await service.update_key(runtime, who, key_id, patch=body)


@auth.delete("/auth/api-keys/{key_id}", action=Action.PROFILE, status_code=204)
async def revoke_key(key_id: PathText, who: Who, runtime: AppRuntime) -> None:
    """Revoke an API key."""
    await service.revoke_key(runtime, who, key_id)


@users.get("/roles", action=Action.ADMIN)
async def roles() -> Listing[RoleOut]:
    """List the roles and what each may do."""
    return service.roles()


@users.get("/users", action=Action.ADMIN)
async def list_users(runtime: AppRuntime, page: PageQuery) -> Listing[UserOut]:
    """List users."""
    return await service.list_users(runtime, page)


@users.post("/users", action=Action.ADMIN, status_code=201)
async def create_user(body: UserIn, who: Who, runtime: AppRuntime) -> UserOut:
    """Create a user."""
    return await service.create_user(runtime, body, who=who)


@users.get("/users/{user_id}", action=Action.ADMIN)
async def get_user(user_id: PathText, runtime: AppRuntime) -> UserOut:
    """Get one user."""
    return await service.get_user(runtime, user_id)


@users.put("/users/{user_id}", action=Action.ADMIN)
async def update_user(user_id: PathText, body: UserPatch, who: Who, runtime: AppRuntime) -> UserOut:
    """Change a user's roles, email address or active flag."""
    return await service.update_user(runtime, who, user_id, patch=body)


@users.delete("/users/{user_id}", action=Action.ADMIN, status_code=204)
async def deactivate_user(user_id: PathText, who: Who, runtime: AppRuntime) -> None:
    """Deactivate a user."""
    await service.deactivate_user(runtime, who, user_id)
