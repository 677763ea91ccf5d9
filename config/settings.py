"""Every knob of an install, and the only reader of the environment.

Values come from `BEACON_...` variables, else from `beacon.toml` in the working folder, else from here.
"""

from __future__ import annotations

from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

LEAST_TOKEN = 16  # characters

Seconds = Annotated[float, Field(gt=0)]


@cache
def _zones() -> frozenset[str]:
    """Once a process: their names stand in a thousand files."""
    return frozenset(available_timezones())


class Settings(BaseSettings):
    """One install's settings. Durations are seconds unless the name says otherwise."""

    model_config = SettingsConfigDict(
        env_prefix="BEACON_", toml_file="beacon.toml", extra="forbid", frozen=True
    )

    data_dir: Path = Field(
        default=Path(".beacon"), description="Folder for the database, media, secret key and sockets."
    )
    database_url: str = Field(
        default="", description="SQLAlchemy URL; empty means SQLite in the data directory."
    )
    redis_url: str = Field(
        default="",
        description="Broker URL; empty means a server of our own on a socket in the data directory.",
    )
    secret_key: SecretStr = Field(
        default=SecretStr(""),
        description="Key that encrypts stored credentials; empty means one kept in the data directory.",
    )
    secret_key_file: Path | None = Field(
        default=None, description="File that holds the secret key, instead of the variable."
    )
    http_host: str = Field(default="127.0.0.1", description="Address the web process listens on.")
    http_port: int = Field(default=8420, ge=0, le=65535, description="Port the web process listens on.")
    http_allowed_hosts: str = Field(
        default="", description="Further Host names the web process answers to, separated by commas."
    )
    public_url: str = Field(
        default="",
        description="Address of the pages behind a proxy with TLS, such as https://beacon.example.org; "
        "empty means that people on this machine open the port itself.",
    )
    allow_private_servers: bool | None = Field(
        default=None,
        description="Whether an account connected in the browser may be on a server in a private network; "
        "empty means only where the web process listens on loopback and has no public address.",
    )
    practice_port: int = Field(
        default=8421, ge=0, le=65535, description="Port of the practice platform, always on loopback."
    )
    metrics_token: SecretStr = Field(
        default=SecretStr(""),
        description="What a monitoring system shows to read /metrics, 16 characters or more; "
        "empty means that nobody may.",
    )
    alert_targets: SecretStr = Field(
        default=SecretStr(""),
        description="Where alerts to staff go: addresses of apprise, separated by blanks; empty: nowhere.",
    )
    alert_targets_file: Path | None = Field(
        default=None, description="File with such addresses, one a line, beside those of the variable."
    )
    pause_reminder: Seconds = Field(
        default=14400, description="How long a pause may stay before staff are told of it."
    )
    timezone: str = Field(default="UTC", description="Zone in which the command line shows times.")
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR.")
    log_format: Literal["auto", "json", "text"] = Field(
        default="auto", description="json: an object a line; text: for reading; auto: text on a terminal."
    )

    lane_lease: Seconds = Field(default=60, description="How long a worker owns an account without renewing.")
    call_deadline: Seconds = Field(
        default=20,
        description="Longest a single call to a platform may take; must stay below the lane lease.",
    )
    look_ahead: Seconds = Field(default=3, description="How long before it is due a post's lane is claimed.")
    quarantine: Seconds = Field(
        default=30,
        description="Wait before an unclear outcome is looked up, so that a late request can land.",
    )
    recheck: Seconds = Field(default=20, description="Pause between two look-ups of an unclear outcome.")
    reconcile_limit: Seconds = Field(
        default=600, description="How long an unclear outcome may hold its lane before a person is asked."
    )
    tick_every: Seconds = Field(default=1, description="How often the clock looks for due work.")
    sweep_every: Seconds = Field(default=5, description="How often work of dead workers is picked up.")
    heartbeat_stale: Seconds = Field(
        default=10, description="A worker of this host silent for longer is taken for stopped."
    )
    catch_up_after: Seconds = Field(
        default=300,
        description="A post later than this counts as backlog and is paced, never sent in a burst.",
    )
    catch_up_every: Seconds = Field(
        default=60, description="Pace of backlog: one post per account in this time."
    )
    max_attempts: int = Field(
        default=8, ge=1, description="Provably unsent tries before a post is failed, at least."
    )
    give_up_after: Seconds = Field(
        default=86_400,
        description="No post is failed for unsent tries before it is this late; its late rule may stop it.",
    )
    broker_grace: Seconds = Field(
        default=10, description="A clock that cannot reach the broker for this long does the work itself."
    )

    retain_days: int | None = Field(
        default=None,
        ge=30,
        description="Days after which the details of what is over are deleted; empty keeps everything.",
    )
    retain_export: Path | None = Field(
        default=None,
        description="Folder that gets what is deleted, as JSON lines; empty: nothing is written.",
    )

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        if name not in _zones():
            message = f"BEACON_TIMEZONE: there is no zone {name!r}; use a name such as Europe/London."
            raise ValueError(message)
        return name

    @field_validator("public_url")
    @classmethod
    def _whole_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/")):
            message = (
                f"BEACON_PUBLIC_URL: {url!r} is no address of a site; give one such as "
                "https://beacon.example.org, without a path."
            )
            raise ValueError(message)
        return url.rstrip("/")

    @field_validator("metrics_token")
    @classmethod
    def _hard_to_guess(cls, token: SecretStr) -> SecretStr:
        if 0 < len(token.get_secret_value()) < LEAST_TOKEN:
            raise ValueError(
                f"BEACON_METRICS_TOKEN is easily guessed: give it at least {LEAST_TOKEN} random characters."
            )
        return token

    @model_validator(mode="after")
    def _lease_outlasts_calls(self) -> Settings:
        if self.lane_lease < 2 * self.call_deadline:
            message = (
                f"BEACON_LANE_LEASE ({self.lane_lease:g} s) must be at least twice "
                f"BEACON_CALL_DEADLINE ({self.call_deadline:g} s)."
            )
            raise ValueError(message)
        return self

    @cached_property
    def database(self) -> str:
        """The SQLAlchemy URL in force; a plain postgresql:// URL gets the psycopg 3 driver."""
        if not self.database_url:
            return f"sqlite:///{self.data_dir.resolve() / 'beacon.db'}"
        scheme, _, rest = self.database_url.partition("://")
        if scheme in {"postgres", "postgresql"}:
            return f"postgresql+psycopg://{rest}"
        return self.database_url

    @property
    def on_sqlite(self) -> bool:
        return self.database.startswith("sqlite")

    @cached_property
    def media_dir(self) -> Path:
        return self.data_dir / "media"

    @cached_property
    def run_dir(self) -> Path:
        """Sockets, pid records and heartbeats; kept at 0700."""
        return self.data_dir / "run"

    @cached_property
    def allowed_hosts(self) -> frozenset[str]:
        """Host names, without port, that the web process answers to."""
        named = {host.strip().lower() for host in self.http_allowed_hosts.split(",") if host.strip()}
        ours = {"localhost", "127.0.0.1", "::1", self.http_host.lower()}
        return frozenset(named | ours | {urlsplit(self.public_url).hostname or "localhost"})

    @cached_property
    def address(self) -> str:
        """Where people open the pages."""
        every = {"0.0.0.0", "::", ""}  # noqa: S104 - read, not bound
        host = "127.0.0.1" if self.http_host in every else self.http_host
        host = f"[{host}]" if ":" in host else host
        return self.public_url or f"http://{host}:{self.http_port}"

    @property
    def private_servers_allowed(self) -> bool:
        """Who can reach a web process on loopback alone could ask its neighbours without it."""
        if self.allow_private_servers is not None:
            return self.allow_private_servers
        return self.http_host in {"localhost", "127.0.0.1", "::1"} and not self.public_url

    @property
    def practice_server(self) -> str:
        """Base URL of this install's own practice platform."""
        return f"http://127.0.0.1:{self.practice_port}"

    @property
    def behind_tls(self) -> bool:
        return self.public_url.startswith("https:")

    def link(self, token: str) -> str:
        """The address of a one-time link."""
        return f"{self.address}/link/{token}"

    @property
    def database_label(self) -> str:
        """The database as a person may see it: no password."""
        if self.on_sqlite:
            return self.database.removeprefix("sqlite:///")
        parts = urlsplit(self.database)
        return f"{parts.hostname or 'socket'}{parts.path}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)
