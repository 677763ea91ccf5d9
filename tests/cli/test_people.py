from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Said

    Beacon = Callable[..., Said]

pytestmark = pytest.mark.usefixtures("install")


def test_a_person_is_let_in_by_a_link(beacon: Beacon) -> None:
    told = beacon("person", "add", "Ana@Example.org", "--name", "Ana", "--role", "owner", "--json").json
    assert (told["sign_in"], told["name"], told["role"]) == ("ana@example.org", "Ana", "owner")
    assert told["link"].startswith("http://127.0.0.1:8420/link/")
    [listed] = beacon("person", "list", "--json").json
    assert "link" not in listed


def test_links_name_the_address_that_people_open(beacon: Beacon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEACON_PUBLIC_URL", "https://beacon.example.org/")
    beacon("person", "add", "ana")
    assert beacon("person", "link", "ana").out.startswith("https://beacon.example.org/link/")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("add", "two words"), "without spaces"),
        (("add", "ana", "--role", "queen"), "there are: owner, editor, viewer"),
        (("link", "nobody"), "Nobody signs in as nobody; there are: nobody yet."),
        (("remove", "nobody", "--yes"), "Nobody signs in as nobody"),
    ],
)
def test_what_makes_no_sense_is_said_in_one_sentence(
    beacon: Beacon, arguments: tuple[str, ...], says: str
) -> None:
    said = beacon("person", *arguments)
    assert said.code == 2
    assert says in said.err
    assert said.err.count("\n") == 1


def test_a_name_that_is_taken_is_a_problem(beacon: Beacon) -> None:
    beacon("person", "add", "ana")
    said = beacon("person", "add", "ANA")
    assert said.code == 1
    assert "signs in as ana already" in said.err


def test_a_person_is_removed_but_not_the_only_owner(beacon: Beacon) -> None:
    beacon("person", "add", "ana", "--role", "owner")
    beacon("person", "add", "bob")
    assert beacon("person", "remove", "ana", "--yes").code == 1
    assert beacon("person", "remove", "bob").code == 2
    assert beacon("person", "remove", "bob", "--yes").code == 0
    assert [one["sign_in"] for one in beacon("person", "list", "--json").json] == ["ana"]


def test_the_link_that_makes_the_first_owner_is_told_only_while_there_is_none(beacon: Beacon) -> None:
    first, second = (beacon("prepare", "up").json["link"] for _ in range(2))
    assert first != second
    beacon("person", "add", "ana", "--role", "owner")
    assert beacon("prepare", "up").json["link"] is None
