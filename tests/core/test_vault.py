"""Secrets at rest: sealed with the install's key, which is strong and nobody else's to read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from stat import S_IMODE
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from campaigns.core.errors import Unusable
from campaigns.core.vault import Vault, open_vault
from config.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

OLD, NEW = "an-old-key-of-enough-characters-0123", "a-new-key-of-enough-characters-45678"
TOKEN = {"token": "s3cret", "scopes": ["write"]}


def settings(tmp_path: Path, **more: Any) -> Settings:
    return Settings(data_dir=tmp_path / "data", **more)


def test_what_is_sealed_opens_again_and_hides_its_content() -> None:
    sealed = Vault(OLD).seal(TOKEN)
    assert "s3cret" not in sealed
    assert Vault(OLD).open(sealed) == TOKEN


def test_a_new_key_in_front_seals_while_the_old_one_still_opens() -> None:
    rotated = Vault(NEW, OLD)
    assert rotated.open(Vault(OLD).seal(TOKEN)) == TOKEN
    assert Vault(NEW).open(rotated.seal(TOKEN)) == TOKEN


@pytest.mark.parametrize("key", [NEW, OLD + " "])
def test_another_key_opens_nothing_and_says_how_to_mend_it(key: str) -> None:
    with pytest.raises(Unusable, match="BEACON_SECRET_KEY"):
        Vault(key).open(Vault(OLD).seal(TOKEN))


@pytest.mark.parametrize("damage", ["", "nonsense", "gAAAAA"])
def test_damaged_credentials_are_said_to_be_unreadable(damage: str) -> None:
    with pytest.raises(Unusable):
        Vault(OLD).open(damage)


def test_an_install_without_a_key_makes_one_that_only_its_owner_reads(tmp_path: Path) -> None:
    sealed = open_vault(settings(tmp_path)).seal(TOKEN)
    assert S_IMODE((tmp_path / "data" / "secret.key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret.key"]
    assert open_vault(settings(tmp_path)).open(sealed) == TOKEN


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        vaults = list(pool.map(lambda _: open_vault(settings(tmp_path)), range(8)))
    assert all(vault.open(vaults[0].seal(TOKEN)) == TOKEN for vault in vaults)


@pytest.mark.parametrize("weak", ["short", "a" * 64, "abcabcabc" * 8, f"{NEW},changeme"])
def test_a_weak_key_refuses_to_start_and_says_how_to_make_a_better_one(tmp_path: Path, weak: str) -> None:
    with pytest.raises(Unusable, match=r"too weak.*token_urlsafe") as refused:
        open_vault(settings(tmp_path, secret_key=SecretStr(weak)))
    assert weak not in str(refused.value)


def test_a_key_is_read_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{NEW}\n", "utf-8")
    opened = open_vault(settings(tmp_path, secret_key_file=tmp_path / "key"))
    assert Vault(NEW).open(opened.seal(TOKEN)) == TOKEN


def test_a_key_file_that_is_missing_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=r"BEACON_SECRET_KEY_FILE: .* cannot be read"):
        open_vault(settings(tmp_path, secret_key_file=tmp_path / "nowhere"))
