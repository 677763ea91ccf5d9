"""Images of campaign files: nothing that a camera hides is kept, and a file loaded again changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from campaigns.core.mediapaths import path_of
from campaigns.core.mediastore import MediaTrouble
from campaigns.models.tables import media
from tests.factories.desk import HEAD
from tests.support.pictures import photograph

if TYPE_CHECKING:
    import pytest

    from tests.factories.desk import Desk

SECRET = "Rose Lane 7"
FILE = (
    HEAD
    + """\
  - text: "Come by."
    at: 2027-10-10 09:00
    media:
      - {file: images/photo.jpg, alt: A street in the evening}
"""
)


def put(desk: Desk, content: bytes) -> None:
    (desk.folder / "images" / "photo.jpg").write_bytes(content)


def kept(desk: Desk) -> bytes:
    """The one image that is kept, as platforms get it."""
    with desk.engine.connect() as connection:
        digest = connection.execute(select(media.c.sha256)).scalar_one()
    return path_of(desk.media_dir, digest).read_bytes()


def test_place_comment_and_tail_of_a_photograph_are_not_kept(desk: Desk) -> None:
    put(desk, photograph(secret=SECRET))
    assert desk.load(FILE).applied
    content = kept(desk)
    for hidden in (SECRET.encode(), b"Exif", b"http://ns.adobe.com/xap"):
        assert hidden in photograph(secret=SECRET)
        assert hidden not in content


def test_the_same_file_again_changes_nothing_whatever_would_clean_it_by_then(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(desk, photograph())
    desk.load(FILE)
    before = desk.everything()

    def unable(*_: object) -> bytes:
        raise MediaTrouble("is not looked at twice.")

    monkeypatch.setattr("campaigns.core.imaging.cleaning.cleaned", unable)
    assert desk.load(FILE).changes == []
    assert desk.everything() == before


def test_the_same_picture_with_another_place_in_it_is_the_same_picture(desk: Desk) -> None:
    put(desk, photograph(secret=SECRET))
    desk.load(FILE)
    put(desk, photograph(secret="Elm Street 13"))
    assert desk.load(FILE).changes == []
    with desk.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(media)).scalar_one() == 1


def test_what_is_kept_put_in_the_place_of_the_original_changes_nothing(desk: Desk) -> None:
    put(desk, photograph(turned=True))
    desk.load(FILE)
    put(desk, kept(desk))
    assert desk.load(FILE).changes == []
