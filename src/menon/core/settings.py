"""Settings: read once at start from the environment, `.env` and `menon.toml`, then frozen.

A feature owns a `Section`; `load` assembles the sections that the installed features bring. An
environment variable is `MENON_SECTION__KEY` (or `MENON_KEY` for the few keys of no section); the
names that other products use for the same thing (`DATABASE_URL`, `OPENAI_API_KEY`, ...) are
recognised where a field names them in `env`. An unknown `MENON_...` name is an error.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, create_model
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

PREFIX = "MENON_"


class SettingsError(Exception):
    """The configuration is wrong; the message names each key and what it wants."""


class Section(BaseModel):
    """A frozen group of settings; `name` is its place in `MENON_NAME__KEY` and `[name]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ClassVar[str]


SectionT = TypeVar("SectionT", bound=Section)


def setting(default: Any, description: str, *, env: str | None = None, **limits: Any) -> Any:
    """A field with its description and, in `env`, the foreign name that is recognised too."""
    extra: JsonDict = {"env": env} if env else {}
    return Field(default, description=description, json_schema_extra=extra, **limits)


def foreign_name(field: FieldInfo) -> str | None:
    """The name that other products use for this setting."""
    extra = cast("dict[str, str] | None", field.json_schema_extra)
    return extra.get("env") if extra else None


class RootSettings(Section):
    """Where things lie, and the two keys on which everything secret rests."""

    name: ClassVar[str] = ""

    data_dir: Path = setting(Path("data"), "Directory of the database, blobs, models and keys.")
    database_url: SecretStr | None = setting(
        None, "`postgresql://...`; SQLite in the data directory when empty.", env="DATABASE_URL"
    )
    secret_key: SecretStr | None = setting(
        None, "Signs tokens; at least 32 characters. Generated on SQLite.", env="SECRET_KEY"
    )
    vault_key: SecretStr | None = setting(
        None, "Encrypts secrets at rest; 32 bytes in base64. Generated on SQLite."
    )
    debug: bool = setting(False, "Show more in logs; never in answers.", env="DEBUG")


class Settings:
    """The assembled sections, looked up by their class: `settings[HttpSettings].port`."""

    def __init__(self, sections: Iterable[Section]) -> None:
        self._sections = {type(section): section for section in sections}

    def __getitem__(self, kind: type[SectionT]) -> SectionT:
        return cast("SectionT", self._sections[kind])

    def __iter__(self) -> Iterator[Section]:
        return iter(self._sections.values())

    @property
    def root(self) -> RootSettings:
        return self[RootSettings]

    def shown(self) -> dict[str, Any]:
        """Everything by section and key, secrets masked: always safe to print."""
        shown: dict[str, Any] = {}
        for section in self:
            values = section.model_dump(mode="json")
            shown |= {section.name: values} if section.name else values
        return shown


def load(
    kinds: Iterable[type[Section]],
    *,
    environ: Mapping[str, str],
    folder: Path | None = None,
    **given: Any,
) -> Settings:
    """Assemble the sections; `given` wins over the environment, that over `.env` and `menon.toml`.

    Args:
        kinds: the section classes besides `RootSettings`.
        environ: the process environment.
        folder: where `.env` and `menon.toml` lie; neither is read when it is None.
        given: values by root key or section name.

    Raises:
        SettingsError: a value does not fit, or a key is unknown.
    """
    by_name = {kind.name: kind for kind in kinds}
    dotenv = _dotenv(folder)
    unknown = [*_unknown(environ, by_name), *_unknown(dotenv, by_name)]
    if unknown:
        raise SettingsError(f"unknown settings: {', '.join(unknown)}; see `menon config show`")
    variables = {**dotenv, **environ}
    reading = _READING.set(_Read(variables, folder, _foreign(variables, by_name)))
    try:
        values = _model(tuple(by_name.values()))(**given)
    except ValidationError as error:
        lines = [
            f"{'.'.join(map(str, e['loc'])) or 'settings'}: {e['msg']}" for e in error.errors()
        ]
        raise SettingsError("; ".join(lines)) from error
    finally:
        _READING.reset(reading)
    root = RootSettings(**{name: getattr(values, name) for name in RootSettings.model_fields})
    return Settings([root, *(getattr(values, name) for name in by_name)])


class _Environment(EnvSettingsSource):
    """The environment that was handed in rather than the process's own."""

    def __init__(self, kind: type[BaseSettings], variables: Mapping[str, str]) -> None:
        self._given = {name.lower(): value for name, value in variables.items()}
        super().__init__(kind)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return self._given


class _Foreign(PydanticBaseSettingsSource):
    """Names of other products, such as `DATABASE_URL`."""

    def __init__(self, kind: type[BaseSettings], values: dict[str, Any]) -> None:
        super().__init__(kind)
        self._values = values

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        del field
        return self._values.get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        return self._values


@dataclass(frozen=True)
class _Read:
    """What settings are read from."""

    variables: Mapping[str, str]
    folder: Path | None
    foreign: dict[str, Any]


_READING: ContextVar[_Read] = ContextVar("reading")
"""A model asks its class for its sources, and a class takes 5 ms to make: it is kept."""


class _Assembled(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del env_settings, dotenv_settings, file_secret_settings
        read = _READING.get()
        sources = [
            init_settings,
            _Environment(settings_cls, read.variables),
            _Foreign(settings_cls, read.foreign),
        ]
        if read.folder and (read.folder / "menon.toml").is_file():
            sources.append(TomlConfigSettingsSource(settings_cls, read.folder / "menon.toml"))
        return tuple(sources)


@cache
def _model(kinds: tuple[type[Section], ...]) -> type[BaseSettings]:
    fields: dict[str, Any] = {
        name: (field.annotation, field) for name, field in RootSettings.model_fields.items()
    }
    fields |= {kind.name: (kind, Field(default_factory=kind)) for kind in kinds}
    return create_model("MenonSettings", __base__=_Assembled, **fields)


def _foreign(variables: Mapping[str, str], sections: Mapping[str, type[Section]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for section, kind in {"": RootSettings, **sections}.items():
        for name, field in kind.model_fields.items():
            env = foreign_name(field)
            if env and variables.get(env):
                place = found.setdefault(section, {}) if section else found
                place[name] = variables[env]
    return found


def _dotenv(folder: Path | None) -> dict[str, str]:
    file = folder / ".env" if folder else None
    if not file or not file.is_file():
        return {}
    read = DotEnvSettingsSource(BaseSettings, env_file=file, case_sensitive=True)
    return {name: value for name, value in read.env_vars.items() if value is not None}


def _unknown(variables: Mapping[str, str], sections: Mapping[str, type[Section]]) -> Iterator[str]:
    for variable in variables:
        if variable.upper().startswith(PREFIX):
            section, _, key = variable[len(PREFIX) :].lower().partition("__")
            if key and section in sections:
                known = key.partition("__")[0] in sections[section].model_fields
            else:
                known = section in RootSettings.model_fields or section in sections
            if not known:
                yield variable
