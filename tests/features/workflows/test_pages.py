"""The pages of workflows and of what they ran, as a browser uses them."""

import json
import re
from typing import Any

import httpx2
import pytest
from tests.core.web.test_templates import Outline
from tests.features.workflows.conftest import Desk, Steps
from tests.fixtures.people import People

from menon.core.auth import Role

HTMX = {"HX-Request": "true"}
APPROVED: Steps = {
    "plan": {"type": "transform", "config": {"value": "{{ input.text }}"}},
    "ask": {
        "type": "approval",
        "config": {"what": "Send the letter?", "arguments": {"to": "ada"}},
        "dependencies": ["plan"],
    },
    "send": {
        "type": "transform",
        "config": {"value": {"sent": "{{ steps.plan.output }}"}},
        "dependencies": ["ask"],
    },
}
INPUTS = {"text": {"type": "string"}, "copies": {"type": "integer", "required": False}}
BROKEN: Steps = {"a": {"type": "transform", "config": {"value": "{{ input.nothing.at }}"}}}


@pytest.fixture
async def browser(people: People) -> httpx2.AsyncClient:
    return await people.client("dora", Role.DEVELOPER, by="cookie")


@pytest.fixture
async def viewer(people: People) -> httpx2.AsyncClient:
    return await people.client("vera", Role.VIEWER, by="cookie")


def form(definition: Any, **more: Any) -> dict[str, Any]:
    text = definition if isinstance(definition, str) else json.dumps(definition, indent=2)
    return {"name": "Letters", "visibility": "private", "definition": text, **more}


def sound(page: httpx2.Response) -> Outline:
    """A page whose HTML is whole, with nothing inline and every field labelled."""
    assert page.status_code == 200, page.text
    outline = Outline(page.text)
    assert outline.unbalanced == []
    ids = [attrs["id"] for _, attrs in outline.tags if "id" in attrs]
    assert len(ids) == len(set(ids)), ids
    assert not [tag for tag, attrs in outline.tags if "style" in attrs or tag == "style"]
    labelled = {attrs.get("for") for attrs in outline.all("label")}
    for attrs in outline.all("input", "select", "textarea"):
        named = attrs.get("id") in labelled or "aria-label" in attrs
        assert named or attrs.get("type") == "hidden", attrs
    return outline


async def made(browser: httpx2.AsyncClient, steps: Steps = APPROVED, **more: Any) -> str:
    """A workflow that was made in the editor; answers its path."""
    definition = {"inputs": INPUTS, "steps": steps} if steps is APPROVED else {"steps": steps}
    answer = await browser.post("/workflows", data=form(definition, **more))
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def begun(browser: httpx2.AsyncClient, place: str, **fields: str) -> str:
    """The path of an execution that was begun on the page of a workflow."""
    answer = await browser.post(f"{place}/run", data=fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


class TestWorkflows:
    async def test_an_empty_list_offers_the_first_step(self, browser: httpx2.AsyncClient):
        page = await browser.get("/workflows")
        sound(page)
        assert "No workflow yet" in page.text
        assert 'href="/workflows/new"' in page.text

    async def test_viewers_see_no_button_and_may_not_write(
        self, browser: httpx2.AsyncClient, viewer: httpx2.AsyncClient
    ):
        place = await made(browser, visibility="everybody")
        page = await viewer.get("/workflows")
        assert "Letters" in page.text
        assert "/workflows/new" not in page.text
        assert f"{place}/run" not in page.text
        shown = await viewer.get(place)
        sound(shown)
        assert "readonly" in shown.text
        assert "Save as a new version" not in shown.text
        for path in ("/workflows", "/workflows/check", place, f"{place}/run", f"{place}/delete"):
            assert (await viewer.post(path, data=form({}))).status_code == 403, path
        assert (await viewer.get("/workflows/new")).status_code == 403

    async def test_a_new_one_begins_with_something_that_runs(self, browser: httpx2.AsyncClient):
        page = await browser.get("/workflows/new")
        outline = sound(page)
        assert "It can run" in page.text
        assert len([a for a in outline.all("g") if "graph-box" in (a.get("class") or "")]) == 3
        for kind in ("agent", "approval", "http", "map", "subworkflow"):
            assert f'data-add-step="{kind}"' in page.text

    async def test_is_saved_shown_and_changed(self, browser: httpx2.AsyncClient):
        place = await made(browser)
        page = await browser.get(place)
        sound(page)
        assert "saved as version 1" in page.text
        assert "&#34;plan&#34;: {" in page.text
        changed = form({"steps": {"only": APPROVED["plan"]}}, version=1)
        answer = await browser.post(place, data=changed, headers=HTMX)
        assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, place)
        stale = await browser.post(place, data=changed | {"name": "Later"}, headers=HTMX)
        assert stale.status_code == 422
        assert "read it again" in stale.text
        compared = await browser.get(f"{place}/versions?from=1&to=2")
        sound(compared)
        assert "What changed from version 1 to 2" in compared.text
        back = await browser.post(f"{place}/versions/1/restore")
        assert back.headers["location"] == f"{place}/versions"
        assert "as version 3" in (await browser.get(f"{place}/versions")).text

    async def test_mistakes_come_back_in_the_form_with_their_lines(
        self, browser: httpx2.AsyncClient
    ):
        text = '{\n  "steps": {\n    "a": {"type": "nope"}\n  }\n}'
        answer = await browser.post("/workflows", data=form(text, name=""), headers=HTMX)
        assert answer.status_code == 422
        assert answer.text.lstrip().startswith("<form")
        assert "Fill this in." in answer.text
        assert 'data-line="3"' in answer.text
        assert "there is no kind &#39;nope&#39;" in answer.text
        plain = await browser.post("/workflows", data=form(text))
        assert plain.status_code == 422
        assert "<!doctype html>" in plain.text

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("{", "This is not JSON"),
            ("[]", "A definition is an object"),
            ('{"steps": {}}', "There are 0 steps"),
            ('{"steps": {"a": {"type": "wait", "dependencies": ["a"]}}}', "wait for each other"),
            ('{"steps": {"a": {"typ": 1}}}', "Field required"),
            ('{"steps": {"a": NaN}}', "NaN is no number"),
        ],
    )
    async def test_are_checked_while_they_are_written(
        self, browser: httpx2.AsyncClient, text: str, said: str
    ):
        answer = await browser.post("/workflows/check", data={"definition": text}, headers=HTMX)
        assert answer.status_code == 200
        assert said in answer.text

    async def test_what_is_others_does_not_exist(
        self, browser: httpx2.AsyncClient, people: People, viewer: httpx2.AsyncClient
    ):
        place = await made(browser)
        neighbour = await people.client("ned", Role.DEVELOPER, by="cookie")
        for path in ("", "/run", "/executions", "/versions"):
            assert (await neighbour.get(place + path)).status_code == 404, path
        for path in ("", "/run", "/delete", "/versions/1/restore"):
            sent = await neighbour.post(place + path, data=form({"steps": APPROVED}))
            assert sent.status_code == 404, path
        execution = await begun(browser, place, **{"input.text": "Dear Ada"})
        for who in (neighbour, viewer):
            assert (await who.get(execution)).status_code == 404
            assert (await who.get(f"{execution}/live")).status_code == 404
        for path in ("pause", "resume", "cancel", "retry", "fork"):
            sent = await neighbour.post(f"{execution}/{path}", data={"step": "plan"})
            assert sent.status_code == 404, path

    async def test_is_deleted_after_a_question(self, browser: httpx2.AsyncClient):
        place = await made(browser)
        assert "Delete “Letters”?" in (await browser.get(place)).text
        assert (await browser.post(f"{place}/delete")).headers["location"] == "/workflows"
        assert (await browser.get(place)).status_code == 404


class TestRunning:
    async def test_the_form_asks_for_what_the_workflow_takes(self, browser: httpx2.AsyncClient):
        place = await made(browser)
        page = await browser.get(f"{place}/run")
        sound(page)
        assert 'name="input.text"' in page.text
        assert 'type="number"' in page.text

    async def test_a_wrong_input_is_said_at_its_field(self, browser: httpx2.AsyncClient):
        place = await made(browser)
        fields = {"input.copies": "many"}
        answer = await browser.post(f"{place}/run", data=fields, headers=HTMX)
        assert answer.status_code == 422
        assert "This is not integer as JSON." in answer.text
        answer = await browser.post(f"{place}/run", data={}, headers=HTMX)
        assert "the input &#39;text&#39; is missing" in answer.text

    @pytest.mark.parametrize("text", ["nonsense", "[1]"])
    async def test_without_declared_inputs_the_whole_is_json(
        self, browser: httpx2.AsyncClient, text: str
    ):
        place = await made(browser, {"a": {"type": "transform", "config": {"value": 1}}})
        assert 'name="input"' in (await browser.get(f"{place}/run")).text
        answer = await browser.post(f"{place}/run", data={"input": text})
        assert answer.status_code == 422
        assert "JSON" in answer.text

    async def test_it_waits_is_approved_and_ends(self, browser: httpx2.AsyncClient, desk: Desk):
        place = await made(browser)
        execution = await begun(browser, place, **{"input.text": "Dear Ada", "input.copies": "2"})
        run_id = execution.rpartition("/")[2]
        await desk.until(run_id, "waiting")
        page = await browser.get(execution)
        outline = sound(page)
        assert "Send the letter?" in page.text
        assert "Approve once" in page.text
        boxes = [a.get("class") for a in outline.all("g")]
        assert boxes == [
            "graph-box is-completed",
            "graph-box is-waiting",
            "graph-box is-pending",
        ]
        (asked,) = await desk.approvals(run_id)
        said = {"decision": "approve", "args_hash": asked["args_hash"]}
        assert (await browser.post(f"/approvals/{asked['id']}", data=said)).status_code == 303
        await desk.ended(run_id)
        live = await browser.get(f"{execution}/live", headers=HTMX)
        assert "data-active" not in live.text
        assert "Approve once" not in live.text
        assert "&#34;sent&#34;: &#34;Dear Ada&#34;" in live.text
        history = await browser.get(f"{place}/executions")
        sound(history)
        assert execution in history.text
        assert (await browser.get(f"/runs/{run_id}")).headers["location"] == execution

    async def test_it_is_paused_resumed_and_cancelled(
        self, browser: httpx2.AsyncClient, desk: Desk
    ):
        place = await made(browser)
        execution = await begun(browser, place, **{"input.text": "x"})
        run_id = execution.rpartition("/")[2]
        await desk.until(run_id, "waiting")
        for action, state in (("pause", "paused"), ("resume", "waiting"), ("cancel", "cancelled")):
            answer = await browser.post(f"{execution}/{action}")
            assert answer.headers["location"] == execution, action
            await desk.until(run_id, state)
        page = await browser.get(execution)
        assert "Run again" in page.text
        assert f'action="{execution}/cancel"' not in page.text

    async def test_a_failed_one_is_retried_and_forked_at_a_step(
        self, browser: httpx2.AsyncClient, desk: Desk
    ):
        place = await made(browser, BROKEN)
        execution = await begun(browser, place, input="{}")
        run_id = execution.rpartition("/")[2]
        await desk.ended(run_id)
        page = await browser.get(execution)
        sound(page)
        assert "Retry from here" in page.text
        assert re.search(r'class="is-failed" id="step-a"', page.text)
        assert (await browser.post(f"{execution}/retry", data={"step": "a"})).status_code == 303
        await desk.ended(run_id)
        fork = await browser.get(f"{execution}/fork?step=a")
        sound(fork)
        for wrong in ({"step": "z", "input": "{}"}, {"step": "a", "input": "nope"}):
            refused = await browser.post(f"{execution}/fork", data=wrong, headers=HTMX)
            assert refused.status_code == 422, wrong
        given = {"step": "a", "input": '{"nothing": {"at": 3}}'}
        forked = await browser.post(f"{execution}/fork", data=given)
        again = forked.headers["location"]
        assert again != execution
        assert (await desk.ended(again.rpartition("/")[2]))["state"] == "completed"
        assert "Forked from" in (await browser.get(again)).text

    async def test_a_secret_in_what_a_step_was_given_is_masked(
        self, browser: httpx2.AsyncClient, desk: Desk
    ):
        steps: Steps = {
            "a": {"type": "transform", "config": {"value": {"api_key": "sk-1234567890abcdef"}}}
        }
        execution = await begun(browser, await made(browser, steps), input="{}")
        await desk.ended(execution.rpartition("/")[2])
        assert "sk-1234567890abcdef" not in (await browser.get(execution)).text

    async def test_a_large_output_is_led_to(self, browser: httpx2.AsyncClient, desk: Desk):
        twice = "{{ input.text }}{{ input.text }}"
        steps: Steps = {"big": {"type": "transform", "config": {"value": twice}}}
        given = json.dumps({"text": "x" * 150_000})
        execution = await begun(browser, await made(browser, steps), input=given)
        await desk.ended(execution.rpartition("/")[2])
        page = await browser.get(execution)
        found = re.search(r'href="([^"]+/steps/big/output)"', page.text)
        assert found
        assert len((await browser.get(found[1])).text) > 300_000
        assert len(page.text) < 200_000
