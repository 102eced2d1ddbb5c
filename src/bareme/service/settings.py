"""The settings of the service: from the command line, the environment (`BAREME_...`), and a file, in this order."""

from __future__ import annotations

import re
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from bareme.errors import InputError

MEBI = 1024 * 1024
ORIGIN = re.compile(r"\*|https?://[^\s/?#,]+", re.IGNORECASE)
ADDRESS = re.compile(r"https?://[^\s?#]+", re.IGNORECASE)


class Settings(BaseSettings):
    """How a service runs. Sizes are bytes, times whole seconds; every field is documented in docs/service.md."""

    model_config = SettingsConfigDict(env_prefix="BAREME_", extra="ignore", frozen=True)

    book: str | None = Field(
        default=None, description="The book: a file or postgresql://...; by default the user's own."
    )
    state: str | None = Field(
        default=None,
        description="Where keys and jobs are kept: a file or postgresql://...; by default beside the book.",
    )
    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="The port to listen on; 0 takes a free one.")
    workers: int = Field(default=1, ge=1, le=64, description="So many processes answer.")
    reading: Literal["loopback", "open", "key"] = Field(
        default="loopback",
        description="Who may read without a key: those on this machine when the service listens on a loopback address "
        "only (loopback), everyone (open), or no one (key).",
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Web origins whose pages may ask, as a list or with commas between; none by default."
    )
    behind_proxy: bool = Field(
        default=False, description="A reverse proxy on this machine says who asks (X-Forwarded-For, X-Forwarded-Proto)."
    )
    public_url: str | None = Field(
        default=None, description="The address that people use, for links; else the asked one."
    )
    most_body: int = Field(
        default=32 * MEBI, ge=1024, description="The largest body of a request but for uploads of acts."
    )
    most_upload: int = Field(default=512 * MEBI, ge=1024, description="The largest file of acts.")
    most_lines: int = Field(default=50_000_000, ge=1, description="The most lines of a Parquet file of acts.")
    most_acts: int = Field(default=10_000, ge=1, description="The most acts of a basket.")
    rate: int = Field(default=0, ge=0, description="Requests a minute of one key, or of one address; 0 is no limit.")
    files: str | None = Field(
        default=None,
        description="The folder of uploaded acts and results; by default beside the state's file, else the user's own.",
    )
    keep_jobs: int = Field(
        default=86_400, ge=60, description="Seconds after which a job, its file and its result are deleted."
    )
    most_jobs: int = Field(default=100, ge=1, description="So many jobs are kept at once; those over it are refused.")
    jobs_at_once: int = Field(default=1, ge=0, description="So many jobs are worked on at once; 0 only keeps them.")
    lease: int = Field(
        default=10, ge=2, description="Seconds after which the job of a process that died is taken up by another."
    )
    grace: int = Field(
        default=30, ge=1, description="Seconds that requests under way get to end when a signal says stop."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="What is logged.")

    @field_validator("host")
    @classmethod
    def _is_a_name(cls, value: str) -> str:
        if not value or any(sign.isspace() for sign in value):
            raise ValueError("is no address")
        return value

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _are_parted(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("cors_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(map(ORIGIN.fullmatch, value)):
            raise ValueError("an origin is * or such as https://app.example.org, without a path or a slash at its end")
        return value

    @field_validator("public_url")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if value is not None and ADDRESS.fullmatch(value) is None:
            raise ValueError("is no address such as https://tariffs.example.org")
        return value

    @property
    def is_loopback(self) -> bool:
        """True when only this machine can reach the service."""
        if self.behind_proxy:
            return False
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @cached_property
    def reads_without_key(self) -> bool:
        """True when reading needs no key."""
        return self.reading == "open" or (self.reading == "loopback" and self.is_loopback)


def settings_of(file: Path | None = None, **given: object) -> Settings:
    """The settings: what is `given` (None is not), else the environment, else the TOML file, else the defaults.

    `InputError` names each setting that cannot be used, and never what was given for it, which may be a secret.
    """

    class FromFile(Settings):
        """Settings that also come from a file."""

        model_config = SettingsConfigDict(toml_file=file)

        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            """The command line, the environment, the file."""
            return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    wanted: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    unknown = [name for name in _written_in(file) if name not in Settings.model_fields]
    if unknown:
        known = ", ".join(Settings.model_fields)
        raise InputError(f"{file}: {unknown[0]} is no setting; those are {known}.")
    try:
        return Settings(**FromFile(**wanted).model_dump())
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'settings'}: {_said(one)}" for one in error.errors())
        raise InputError(f"the settings of the service cannot be used: {wrong}.") from None


def _said(error: Any) -> str:
    return str(error["msg"]).removeprefix("Value error, ")


def _written_in(file: Path | None) -> list[str]:
    """The names that stand in a settings file; `InputError` where it cannot be read."""
    if file is None:
        return []
    import tomllib

    try:
        return list(tomllib.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror or error}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{file} is not TOML: {error}.") from None
