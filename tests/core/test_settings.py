"""Settings: where a value comes from, what is refused, what is shown."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest

from menon.core.settings import RootSettings, Section, Settings, SettingsError, load, setting
from menon.entry.parts import features, sections


class Tea(Section):
    name: ClassVar[str] = "tea"

    minutes: int = setting(3, "How long.", ge=1, le=60)
    leaves: list[str] = setting([], "Which.")
    token: Any = setting(None, "What the shop wants.", env="TEA_TOKEN")


def _load(folder: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    return load([Tea], environ=environ or {}, folder=folder)


def test_defaults_stand_where_nothing_is_said():
    settings = _load()
    assert settings[Tea].minutes == 3
    assert settings.root.data_dir == Path("data")


def test_the_environment_wins_over_dotenv_and_that_over_toml(tmp_path: Path):
    (tmp_path / "menon.toml").write_text("[tea]\nminutes = 10\nleaves = ['assam']\n")
    assert _load(tmp_path)[Tea].minutes == 10
    (tmp_path / ".env").write_text("MENON_TEA__MINUTES=20\n")
    assert _load(tmp_path)[Tea].minutes == 20
    assert _load(tmp_path, {"MENON_TEA__MINUTES": "30"})[Tea].minutes == 30
    assert _load(tmp_path, {"MENON_TEA__MINUTES": "30"})[Tea].leaves == ["assam"]
    given = load([Tea], environ={"MENON_TEA__MINUTES": "30"}, folder=tmp_path, tea={"minutes": 40})
    assert given[Tea].minutes == 40


def test_lists_come_as_json():
    assert _load(environ={"MENON_TEA__LEAVES": '["a", "b"]'})[Tea].leaves == ["a", "b"]


@pytest.mark.parametrize("where", ["environ", "dotenv"])
def test_foreign_names_are_recognised_and_ours_win(tmp_path: Path, where: str):
    environ: dict[str, str] = {}
    if where == "environ":
        environ = {"DATABASE_URL": "postgresql://theirs/x", "TEA_TOKEN": "t"}
    else:
        (tmp_path / ".env").write_text("DATABASE_URL=postgresql://theirs/x\nTEA_TOKEN=t\n")
    theirs = _load(tmp_path, environ)
    assert theirs.root.database_url is not None
    assert theirs.root.database_url.get_secret_value() == "postgresql://theirs/x"
    assert theirs[Tea].token == "t"
    ours = _load(
        tmp_path, {**environ, "MENON_DATABASE_URL": "postgresql://ours/x"}
    ).root.database_url
    assert ours is not None
    assert ours.get_secret_value() == "postgresql://ours/x"


@pytest.mark.parametrize(
    "name", ["MENON_NOTHING", "MENON_TEA__NOTHING", "MENON_NOTHING__MINUTES", "menon_tea__minuts"]
)
def test_unknown_names_are_errors_that_name_them(tmp_path: Path, name: str):
    with pytest.raises(SettingsError, match=name):
        _load(environ={name: "1"})
    (tmp_path / ".env").write_text(f"{name}=1\n")
    with pytest.raises(SettingsError, match=name):
        _load(tmp_path)


@pytest.mark.parametrize("toml", ["nothing = 1", "[tea]\nnothing = 1", "[nothing]\na = 1"])
def test_unknown_keys_of_the_file_are_errors(tmp_path: Path, toml: str):
    (tmp_path / "menon.toml").write_text(toml)
    with pytest.raises(SettingsError, match="nothing"):
        _load(tmp_path)


@pytest.mark.parametrize("value", ["0", "61", "soon"])
def test_a_value_that_does_not_fit_names_its_place(value: str):
    with pytest.raises(SettingsError, match=r"tea\.minutes"):
        _load(environ={"MENON_TEA__MINUTES": value})


def test_names_of_other_programs_do_not_disturb():
    assert _load(environ={"HOME": "/root", "TEA": "x", "MENONITE": "y"})[Tea].minutes == 3


def test_settings_are_frozen():
    with pytest.raises(Exception, match="frozen"):
        _load()[Tea].minutes = 5


def test_secrets_are_masked_wherever_settings_are_shown():
    canary = "canary-4711-0123456789-abcdefghijkl"
    settings = load(
        sections(features()),
        environ={
            "MENON_SECRET_KEY": canary,
            "MENON_VAULT_KEY": canary,
            "MENON_DATABASE_URL": f"postgresql://u:{canary}@h/x",
            "OPENAI_API_KEY": canary,
            "ANTHROPIC_API_KEY": canary,
        },
    )
    assert canary not in repr(settings.shown())
    assert canary not in "".join(map(repr, settings))
    assert settings[RootSettings].secret_key is not None


def test_a_message_never_repeats_a_secret():
    with pytest.raises(SettingsError) as caught:
        _load(environ={"MENON_TEA__MINUTES": "canary-4711", "MENON_SECRET_KEY": "canary-4712"})
    assert "canary" not in str(caught.value)


def test_every_section_of_the_product_loads_with_its_defaults():
    settings = load(sections(features()), environ={})
    names = [section.name for section in settings]
    assert len(names) == len(set(names))
    assert {"", "database", "chat", "models"} <= set(settings.shown()) | {""}
