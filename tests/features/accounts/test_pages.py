"""The pages of accounts as a browser uses them."""

import re
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from tests.fixtures.people import PASSWORD, People

from menon.core.auth import Role

HTML = {"Accept": "text/html,application/xhtml+xml"}


def csrf_of(page: httpx2.Response) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


async def log_in(
    browser: httpx2.AsyncClient, name: str, password: str = PASSWORD, **more: str
) -> httpx2.Response:
    token = csrf_of(await browser.get("/login"))
    form = {"username": name, "password": password, "csrf_token": token, **more}
    return await browser.post("/login", data=form)


class TestLogin:
    async def test_a_browser_signs_in_and_sees_its_profile(
        self, browser: httpx2.AsyncClient, people: People
    ) -> None:
        await people.person("dora")
        answer = await log_in(browser, "dora", next="/profile")
        assert (answer.status_code, answer.headers["location"]) == (303, "/profile")
        page = await browser.get("/profile")
        assert page.status_code == 200
        assert "dora" in page.text

    async def test_the_cookie_is_out_of_reach_of_scripts(
        self, browser: httpx2.AsyncClient, people: People
    ) -> None:
        await people.person("dora")
        cookies = (await log_in(browser, "dora")).headers.get_list("set-cookie")
        (session,) = [c for c in cookies if c.startswith("menon=")]
        assert "HttpOnly" in session
        assert "SameSite=lax" in session
        assert "Path=/" in session

    async def test_a_wrong_password_shows_the_form_again(
        self, browser: httpx2.AsyncClient, people: People
    ) -> None:
        await people.person("dora")
        answer = await log_in(browser, "dora", "wrong", next="/agents")
        assert answer.status_code == 401
        assert "Wrong user name or password." in answer.text
        assert 'value="dora"' in answer.text
        assert 'value="/agents"' in answer.text
        assert "menon=" not in answer.headers.get("set-cookie", "")

    @pytest.mark.parametrize(
        "target", ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "/a\nb"]
    )
    async def test_next_leads_nowhere_else(
        self, browser: httpx2.AsyncClient, people: People, target: str
    ) -> None:
        await people.person("dora")
        answer = await log_in(browser, "dora", next=target)
        assert answer.headers["location"] == "/"

    async def test_a_form_without_its_token_is_refused(
        self, browser: httpx2.AsyncClient, people: People
    ) -> None:
        await people.person("dora")
        await browser.get("/login")
        form = {"username": "dora", "password": PASSWORD}
        assert (await browser.post("/login", data=form)).status_code == 403

    async def test_a_session_planted_before_does_not_survive(
        self, browser: httpx2.AsyncClient, people: People
    ) -> None:
        await people.person("dora")
        browser.cookies.set("menon", "planted-by-somebody", domain="testserver.local")
        await log_in(browser, "dora")
        assert browser.cookies.get("menon") != "planted-by-somebody"
        assert (await browser.get("/profile")).status_code == 200

    async def test_signing_in_again_ends_the_session_before(
        self, browser: httpx2.AsyncClient, people: People, app: FastAPI
    ) -> None:
        await people.person("dora")
        await people.person("ned")
        await log_in(browser, "dora")
        first = browser.cookies["menon"]
        token = csrf_of(await browser.get("/profile"))
        form = {"username": "ned", "password": PASSWORD, "csrf_token": token}
        await browser.post("/login", data=form)
        assert "ned" in (await browser.get("/profile")).text
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://testserver") as old:
            old.cookies.set("menon", first, domain="testserver.local")
            assert (await old.get("/api/v1/auth/me")).status_code == 401


class TestStrangers:
    async def test_are_led_to_the_login_page_and_back(self, browser: httpx2.AsyncClient) -> None:
        answer = await browser.get("/profile?tab=keys")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/login?next=%2Fprofile%3Ftab%3Dkeys"
        assert 'value="/profile?tab=keys"' in (await browser.get(answer.headers["location"])).text

    async def test_programs_and_fragments_get_a_problem(self, client: httpx2.AsyncClient) -> None:
        plain = await client.get("/profile")
        fragment = await client.get("/profile", headers={**HTML, "HX-Request": "true"})
        for answer in (plain, fragment):
            assert answer.status_code == 401
            assert answer.headers["content-type"] == "application/problem+json"

    async def test_see_a_page_for_what_is_not_there(self, browser: httpx2.AsyncClient) -> None:
        answer = await browser.get("/nowhere")
        assert answer.status_code == 404
        assert "<h1>Not found</h1>" in answer.text
        assert "NOT_FOUND_001" in answer.text


class TestRegister:
    async def test_makes_an_account_and_says_so(self, browser: httpx2.AsyncClient) -> None:
        token = csrf_of(await browser.get("/register"))
        form = {"username": "zoe", "email": "Zoe@example.org", "password": PASSWORD}
        answer = await browser.post("/register", data={**form, "csrf_token": token})
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")
        assert "Your account is ready" in (await browser.get("/login")).text
        assert "Your account is ready" not in (await browser.get("/login")).text
        assert (await log_in(browser, "zoe@example.org")).status_code == 303

    async def test_says_what_is_wrong_with_each_field(self, browser: httpx2.AsyncClient) -> None:
        token = csrf_of(await browser.get("/register"))
        form = {"username": "z", "email": "nonsense", "password": "weak", "csrf_token": token}
        answer = await browser.post("/register", data=form)
        assert answer.status_code == 422
        assert "At least 2 characters." in answer.text
        assert "does not look right" in answer.text
        strong = {**form, "username": "zoe", "email": "zoe@example.org"}
        answer = await browser.post("/register", data=strong)
        assert "an upper-case letter" in answer.text
        assert 'value="weak"' not in answer.text


class TestProfile:
    @pytest.fixture
    async def dora(self, browser: httpx2.AsyncClient, people: People) -> httpx2.AsyncClient:
        await people.person("dora")
        await log_in(browser, "dora")
        browser.headers["X-CSRF-Token"] = csrf_of(await browser.get("/profile"))
        return browser

    async def test_a_name_and_address_are_kept(self, dora: httpx2.AsyncClient) -> None:
        form = {"name": "Dora Daring", "email": "dora@example.org"}
        answer = await dora.post("/profile", data=form)
        assert answer.status_code == 303
        page = (await dora.get("/profile")).text
        assert "Dora Daring" in page
        assert "dora@example.org" in page
        assert ">DD<" in page

    async def test_an_address_of_somebody_else_is_refused(
        self, dora: httpx2.AsyncClient, people: People, as_admin: httpx2.AsyncClient
    ) -> None:
        ned = await people.person("ned")
        taken = {"email": "ned@example.org"}
        assert (await as_admin.put(f"/api/v1/users/{ned.id}", json=taken)).status_code == 200
        answer = await dora.post("/profile", data={"name": "", "email": "ned@example.org"})
        assert answer.status_code == 409
        assert "is taken" in answer.text

    async def test_a_key_is_made_shown_once_switched_and_revoked(
        self, dora: httpx2.AsyncClient
    ) -> None:
        form: dict[str, Any] = {"key_name": "Laptop", "scopes": ["read", "chat"], "expires": "30"}
        fragment = (await dora.post("/profile/keys", data=form)).text
        found = re.search(r"mnn_[0-9A-Za-z]{49}", fragment)
        assert found
        assert found[0] not in (await dora.get("/profile")).text
        (key,) = [
            k
            for k in (await dora.get("/api/v1/auth/api-keys")).json()["items"]
            if k["name"] == "Laptop"
        ]
        assert key["expires_at"] == "2026-12-20T12:00:00Z"
        assert "disabled" in (await dora.post(f"/profile/keys/{key['id']}/disable")).text
        assert "disabled" not in (await dora.post(f"/profile/keys/{key['id']}/enable")).text
        assert "Laptop" not in (await dora.delete(f"/profile/keys/{key['id']}")).text

    async def test_a_password_is_changed_in_place(self, dora: httpx2.AsyncClient) -> None:
        hx = {"HX-Request": "true"}
        form = {"current": "wrong", "new": "Another-1-Secret"}
        answer = await dora.post("/profile/password", data=form, headers=hx)
        assert answer.status_code == 422
        assert "The current password is another one." in answer.text
        form["current"] = PASSWORD
        answer = await dora.post("/profile/password", data=form, headers=hx)
        assert answer.status_code == 200
        assert "Your password is changed." in answer.headers["hx-trigger"]
        assert (await dora.get("/profile")).status_code == 200

    async def test_logging_out_ends_the_session(self, dora: httpx2.AsyncClient) -> None:
        cookie = dora.cookies["menon"]
        answer = await dora.post("/logout")
        assert answer.headers["location"] == "/login"
        assert "menon" not in dora.cookies
        dora.cookies.set("menon", cookie, domain="testserver.local")
        assert (await dora.get("/profile")).status_code == 303


class TestAdmin:
    @pytest.fixture
    async def admin(self, browser: httpx2.AsyncClient, people: People) -> httpx2.AsyncClient:
        await people.person("ada", Role.ADMIN)
        await log_in(browser, "ada")
        browser.headers["X-CSRF-Token"] = csrf_of(await browser.get("/profile"))
        return browser

    async def test_the_list_finds_by_name_and_role(
        self, admin: httpx2.AsyncClient, people: People
    ) -> None:
        await people.person("vera", Role.VIEWER)
        await people.person("d_ra")
        everybody = (await admin.get("/admin/users")).text
        assert "vera" in everybody
        hx = {"HX-Request": "true"}
        found = (await admin.get("/admin/users?q=_&role=", headers=hx)).text
        assert "d_ra" in found
        assert "vera" not in found
        assert "<html" not in found
        assert "vera" in (await admin.get("/admin/users?role=viewer", headers=hx)).text

    async def test_a_user_is_made_changed_shut_out_and_let_in(
        self, admin: httpx2.AsyncClient
    ) -> None:
        hx = {"HX-Request": "true"}
        form: dict[str, Any] = {"username": "zoe", "email": "z@example.org", "password": "weak"}
        refused = await admin.post("/admin/users", data=form | {"roles": ["viewer"]}, headers=hx)
        assert refused.status_code == 422
        assert "a special character" in refused.text
        form |= {"password": PASSWORD, "roles": ["viewer", "developer"]}
        made = await admin.post("/admin/users", data=form, headers=hx)
        assert made.headers["hx-redirect"] == "/admin/users"
        listed = (await admin.get("/api/v1/users")).json()["items"]
        (zoe,) = [user for user in listed if user["username"] == "zoe"]
        assert zoe["roles"] == ["developer", "viewer"]
        place = f"/admin/users/{zoe['id']}"
        assert "zoe" in (await admin.get(place)).text
        assert (await admin.post(place, data={"roles": ["viewer"]})).status_code == 303
        assert "Roles saved." in (await admin.get(place)).text
        await admin.post(f"{place}/password", data={"password": "Other-1-secret"})
        assert "Password set." in (await admin.get(place)).text
        assert (await admin.delete(place, headers=hx)).status_code == 204
        assert "deactivated" in (await admin.get("/admin/users")).text
        assert (await admin.post(f"{place}/activate", headers=hx)).status_code == 204

    async def test_one_cannot_take_the_role_of_administrator_from_oneself(
        self, admin: httpx2.AsyncClient, people: People
    ) -> None:
        ada = await people.person("ada")
        await admin.post(f"/admin/users/{ada.id}", data={"roles": ["viewer"]})
        me = (await admin.get("/api/v1/auth/me")).json()
        assert me["roles"] == ["admin", "viewer"]

    async def test_roles_show_the_matrix(self, admin: httpx2.AsyncClient) -> None:
        page = (await admin.get("/admin/roles")).text
        assert "Approve tool calls" in page

    @pytest.mark.parametrize("path", ["/admin/users", "/admin/roles", "/admin/users/x"])
    async def test_others_may_not(
        self, browser: httpx2.AsyncClient, people: People, path: str
    ) -> None:
        await people.person("dora")
        await log_in(browser, "dora")
        answer = await browser.get(path)
        assert answer.status_code == 403
        assert "AUTH_003" in answer.text
