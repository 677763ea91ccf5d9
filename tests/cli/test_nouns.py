"""init, account, campaign, post, pause and status, from the outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import EXAMPLE
from tests.support.practice import PracticeServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.cli.conftest import Said

    Beacon = Callable[..., Said]


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[PracticeServer]:
    server = PracticeServer(tmp_path / "practice")
    yield server
    server.stop()


def test_init_makes_a_private_install_with_an_account_to_practise(
    beacon: Beacon, empty_install: Path
) -> None:
    assert beacon("init", "--json").json["changed"] is True
    assert empty_install.stat().st_mode & 0o777 == 0o700
    assert (empty_install / "secret.key").stat().st_mode & 0o777 == 0o600
    [account] = beacon("account", "list", "--json").json
    assert (account["name"], account["platform"], account["state"]) == ("practice", "practice", "ready")


def test_init_twice_changes_nothing(install: Path, beacon: Beacon) -> None:
    key = (install / "secret.key").read_text()
    assert beacon("init", "--json").json["changed"] is False
    assert (install / "secret.key").read_text() == key


@pytest.mark.usefixtures("install")
class TestAccounts:
    def test_one_is_connected_with_answers_from_options(
        self, beacon: Beacon, practice: PracticeServer
    ) -> None:
        said = beacon(
            *("account", "connect", "practice", "--name", "rehearsal", "--server", practice.url),
            *("--handle", "rehearsal", "--kind", "blind", "--json"),
        )
        assert said.json["handle"] == "rehearsal"
        assert "token" not in said.out
        assert beacon("account", "check", "rehearsal", "--json").json[0]["works"] is True

    def test_one_that_does_not_answer_is_found_by_check(self, beacon: Beacon) -> None:
        said = beacon("account", "check", "--json")
        assert said.code == 1
        assert said.json[0]["works"] is False

    def test_a_name_means_one_identity_for_good(self, beacon: Beacon, practice: PracticeServer) -> None:
        said = beacon("account", "connect", "practice", "--server", practice.url, "--handle", "somebody_else")
        assert said.code == 1
        assert "another name" in said.err

    def test_an_unknown_option_connects_nothing(self, beacon: Beacon, practice: PracticeServer) -> None:
        said = beacon(
            *("account", "connect", "practice", "--name", "x", "--server", practice.url),
            *("--handle", "x1", "--colour", "red"),
        )
        assert said.code == 2
        assert "--colour" in said.err
        assert len(beacon("account", "list", "--json").json) == 1

    def test_a_removed_one_is_no_longer_there(self, beacon: Beacon) -> None:
        assert beacon("account", "remove", "practice").code == 0
        assert beacon("account", "list", "--json").json == []
        assert beacon("account", "remove", "practice").code == 2

    def test_one_with_waiting_posts_is_removed_only_on_demand(self, beacon: Beacon) -> None:
        beacon("campaign", "load", EXAMPLE)
        said = beacon("account", "remove", "practice")
        assert said.code == 1
        assert "--yes" in said.err
        assert beacon("account", "remove", "practice", "--yes", "--json").json["cancelled"] > 0
        states = {post["state"] for post in beacon("post", "list", "--json").json}
        assert states == {"cancelled"}

    def test_init_does_not_bring_a_removed_one_back(self, beacon: Beacon) -> None:
        beacon("account", "remove", "practice")
        beacon("init")
        assert beacon("account", "list", "--json").json == []


@pytest.mark.usefixtures("install")
class TestCampaignFiles:
    def test_a_good_one_checks_and_rehearses_without_sending(self, beacon: Beacon) -> None:
        assert beacon("campaign", "check", EXAMPLE).code == 0
        rehearsed = beacon("campaign", "rehearse", EXAMPLE, "--json").json
        assert rehearsed[0].keys() == {
            *("due", "local", "account", "platform", "text", "parts", "length", "limit", "problems", "notes")
        }
        assert beacon("post", "list", "--json").json == []

    def test_a_rehearsal_draws_the_weeks(self, beacon: Beacon) -> None:
        said = beacon("campaign", "rehearse", EXAMPLE)
        assert "Mon" in said.out
        assert "█" in said.out
        assert "2027-10-10T08:00:00Z" in said.out

    def test_a_bad_one_is_refused_with_every_problem(self, beacon: Beacon, tmp_path: Path) -> None:
        bad = tmp_path / "bad.yaml"
        bad.write_text(
            EXAMPLE.read_text().replace("Europe/London", "Europe/Londn").replace("door.png", "gone.png")
        )
        said = beacon("campaign", "check", bad, "--json")
        assert said.code == 1
        assert all({"file", "line", "level", "what", "mend"} <= finding.keys() for finding in said.json)
        loaded = beacon("campaign", "load", bad, "--json")
        assert loaded.code == 1
        assert loaded.json["applied"] is False
        assert beacon("campaign", "list", "--json").json == []

    def test_a_dry_run_shows_and_changes_nothing(self, beacon: Beacon) -> None:
        said = beacon("campaign", "load", EXAMPLE, "--dry-run", "--json")
        assert said.code == 0
        assert said.json["changes"]
        assert beacon("campaign", "list", "--json").json == []

    def test_loading_twice_changes_nothing(self, beacon: Beacon) -> None:
        assert beacon("campaign", "load", EXAMPLE, "--json").json["changes"]
        assert beacon("campaign", "load", EXAMPLE, "--json").json["changes"] == []


@pytest.mark.usefixtures("loaded")
class TestCampaigns:
    def test_it_is_listed_and_shown(self, beacon: Beacon) -> None:
        [line] = beacon("campaign", "list", "--json").json
        assert line["slug"] == "wmhd-2027"
        assert beacon("campaign", "show", "wmhd-2027", "--json").json["posts"]
        assert beacon("campaign", "show", "wmhd-2028").code == 2

    def test_exported_and_loaded_again_it_is_the_same(self, beacon: Beacon, tmp_path: Path) -> None:
        path = beacon("campaign", "export", "wmhd-2027", "--to", str(tmp_path / "out"), "--json").json["path"]
        assert beacon("campaign", "load", path, "--json").json["changes"] == []

    def test_removing_asks_for_yes_while_posts_wait(self, beacon: Beacon) -> None:
        assert beacon("campaign", "remove", "wmhd-2027").code == 1
        assert beacon("campaign", "remove", "wmhd-2027", "--yes").code == 0
        assert beacon("campaign", "list", "--json").json == []

    def test_pause_and_resume_of_a_campaign_and_an_account(self, beacon: Beacon) -> None:
        assert beacon("campaign", "pause", "wmhd-2027", "--json").json["quiet"] is True
        assert beacon("account", "pause", "practice", "--json").json["quiet"] is True
        status = beacon("status", "--json").json
        assert status["paused_campaigns"] == ["wmhd-2027"]
        assert status["paused_accounts"] == ["practice"]
        assert beacon("campaign", "resume", "wmhd-2027").code == 0
        assert beacon("account", "resume", "practice").code == 0
        assert beacon("status", "--json").json["paused_accounts"] == []
        assert beacon("campaign", "pause", "nothing-of-the-kind").code == 2

    def test_only_its_queue_is_paused_and_goes_on(self, beacon: Beacon) -> None:
        said = beacon("campaign", "pause", "wmhd-2027", "--queue")
        assert said.out == "Paused. Nothing of wmhd-2027's queue goes out now.\n"
        assert beacon("campaign", "list", "--json").json[0]["paused"] is False, "the rest of it goes on"
        said = beacon("campaign", "resume", "wmhd-2027", "--queue")
        assert (said.code, said.out) == (0, "wmhd-2027's queue goes on.\n")

    def test_a_queue_that_is_not_there_or_paused_by_half_is_told(self, beacon: Beacon) -> None:
        for act in ("pause", "resume"):
            said = beacon("campaign", act, "nothing-of-the-kind", "--queue")
            assert (said.code, "There is no campaign nothing-of-the-kind." in said.err) == (2, True)
        half = beacon("campaign", "pause", "wmhd-2027", "--queue", "--allow-essential")
        assert (half.code, "leave out --allow-essential" in half.err) == (2, True)


@pytest.mark.usefixtures("loaded")
class TestPosts:
    def test_they_are_listed_by_campaign_account_and_state(self, beacon: Beacon) -> None:
        everything = beacon("post", "list", "--json").json
        assert everything == beacon("post", "list", "--campaign", "wmhd-2027", "--json").json
        assert everything == beacon("post", "list", "--account", "practice", "--json").json
        assert beacon("post", "list", "--state", "published", "--json").json == []
        assert beacon("post", "list", "--state", "gone").code == 2

    def test_one_is_moved_by_its_own_wall_clock(self, beacon: Beacon) -> None:
        first = beacon("post", "list", "--json").json[0]["id"]
        moved = beacon("post", "move", str(first), "2027-10-12 09:00", "--as", "Alice", "--json").json
        assert moved["local"].startswith("2027-10-12 09:00")
        assert moved["people"][0]["person"] == "Alice"

    @pytest.mark.parametrize("when", ["tomorrow", "2027-02-30 09:00", "09:00", "2020-01-01 09:00"])
    def test_a_time_that_makes_no_sense_moves_nothing(self, beacon: Beacon, when: str) -> None:
        first = beacon("post", "list", "--json").json[0]
        assert beacon("post", "move", str(first["id"]), when).code == 2
        assert beacon("post", "list", "--json").json[0] == first

    def test_one_is_cancelled_and_brought_back(self, beacon: Beacon) -> None:
        first = str(beacon("post", "list", "--json").json[0]["id"])
        assert beacon("post", "cancel", first, "--json").json["state"] == "cancelled"
        assert beacon("post", "cancel", first).code == 1

    def test_settling_needs_one_answer_and_a_question(self, beacon: Beacon) -> None:
        first = str(beacon("post", "list", "--json").json[0]["id"])
        assert beacon("post", "settle", first).code == 2
        assert beacon("post", "settle", first, "--live", "https://a.example/1", "--again").code == 2
        assert beacon("post", "settle", first, "--again").code == 1


@pytest.mark.usefixtures("install")
class TestPause:
    def test_a_full_pause_is_the_plain_one(self, beacon: Beacon) -> None:
        assert beacon("pause", "--json").json == {"paused": True, "quiet": True, "in_flight": []}
        assert beacon("status", "--json").json["pause"] == "full"
        assert beacon("resume", "--json").json == {"paused": False}
        assert beacon("status", "--json").json["pause"] == "none"

    def test_a_crisis_pause_is_another_one(self, beacon: Beacon) -> None:
        assert beacon("pause", "--crisis").code == 0
        assert beacon("status", "--json").json["pause"] == "crisis"
        assert beacon("pause", "--crisis", "--full").code == 2
