"""Settings: from the environment, else from beacon.toml, else as shipped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from config.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_without_any_setting_the_database_is_sqlite_in_the_data_directory(tmp_path: Path) -> None:
    settings = Settings()
    assert settings.database == f"sqlite:///{(tmp_path / '.beacon').resolve() / 'beacon.db'}"
    assert settings.on_sqlite


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "beacon.toml").write_text('http_port = 9000\nlog_level = "DEBUG"\n', "utf-8")
    monkeypatch.setenv("BEACON_HTTP_PORT", "9001")
    settings = Settings()
    assert (settings.http_port, settings.log_level) == (9001, "DEBUG")


def test_a_misspelt_setting_in_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "beacon.toml").write_text("http_prot = 9000\n", "utf-8")
    with pytest.raises(ValidationError, match="http_prot"):
        Settings()


@pytest.mark.parametrize(
    ("given", "in_force"),
    [
        ("postgresql://me@db/beacon", "postgresql+psycopg://me@db/beacon"),
        ("postgres://me@db/beacon", "postgresql+psycopg://me@db/beacon"),
        ("postgresql+psycopg://me@db/beacon", "postgresql+psycopg://me@db/beacon"),
        ("sqlite:////var/lib/beacon.db", "sqlite:////var/lib/beacon.db"),
    ],
)
def test_a_plain_postgresql_address_gets_the_driver_that_is_installed(given: str, in_force: str) -> None:
    assert Settings(database_url=given).database == in_force


def test_the_database_is_shown_without_its_password() -> None:
    label = Settings(database_url="postgresql://me:s3cret@db.example.org/beacon").database_label
    assert label == "db.example.org/beacon"


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEACON_SECRET_KEY", "correct-horse-battery-staple-1234567")
    assert "horse" not in repr(Settings())


def test_an_unknown_zone_is_refused_with_an_example() -> None:
    with pytest.raises(ValidationError, match=r"no zone 'Mars/Olympus'; use a name such as Europe/London"):
        Settings(timezone="Mars/Olympus")


@pytest.mark.parametrize("wrong", [{"http_port": 70_000}, {"tick_every": 0}, {"max_attempts": 0}])
def test_a_number_that_makes_no_sense_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Settings(**wrong)  # type: ignore[arg-type]  # pydantic judges it


def test_the_web_answers_to_loopback_and_to_the_hosts_it_is_told() -> None:
    hosts = Settings(http_host="10.0.0.5", http_allowed_hosts="Beacon.example.org, ,b.example").allowed_hosts
    assert hosts == {"localhost", "127.0.0.1", "::1", "10.0.0.5", "beacon.example.org", "b.example"}


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


@pytest.mark.parametrize(
    ("given", "allowed"),
    [
        ({}, True),
        ({"http_host": "::1"}, True),
        ({"http_host": "0.0.0.0"}, False),  # noqa: S104 - read, not bound
        ({"public_url": "https://beacon.example.org"}, False),
        ({"http_host": "10.0.0.1", "allow_private_servers": True}, True),
        ({"allow_private_servers": False}, False),
    ],
)
def test_private_servers_are_allowed_on_a_laptop_or_by_the_operator(
    given: dict[str, Any], *, allowed: bool
) -> None:
    assert Settings(**given).private_servers_allowed is allowed
