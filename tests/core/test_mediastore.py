from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from campaigns.core import mediastore
from campaigns.core.mediapaths import path_of, small_path_of
from campaigns.core.mediastore import MediaTrouble, inside, inspect, keep_cleaned
from tests.support.pictures import draw

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("form", "mime"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("GIF", "image/gif"), ("WEBP", "image/webp")],
)
def test_an_image_is_known_by_its_content_whatever_its_name_says(
    tmp_path: Path, form: str, mime: str
) -> None:
    path = draw(tmp_path / "letter.txt", form=form)
    facts = inspect(path)
    assert (facts.mime, facts.width, facts.height) == (mime, 8, 6)
    assert facts.size == path.stat().st_size
    assert facts.sha256 == sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_an_image_cut_short_is_found_out(tmp_path: Path, form: str) -> None:
    path = draw(tmp_path / "torn", size=(200, 200), form=form)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(MediaTrouble, match="cut short"):
        inspect(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"\x00\x00\x00\x20ftypisom" + b"\x00" * 40, "video"),
        (b"\x00\x00\x00\x20ftypheic" + b"\x00" * 40, "HEIC"),
        (b"\x1aE\xdf\xa3" + b"\x00" * 40, "video"),
        (b"Dear reader", "JPEG, PNG, GIF or WebP"),
        (b"\x89PNG\r\n\x1a\n", "damaged"),
    ],
)
def test_what_is_no_image_is_refused_with_a_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(content)
    with pytest.raises(MediaTrouble, match=said):
        inspect(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaTrouble, match="does not exist"):
        inspect(tmp_path / "none.png")
    with pytest.raises(MediaTrouble, match="folder"):
        inspect(tmp_path)


def test_a_file_over_the_size_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "big.png"
    with path.open("wb") as big:
        big.truncate(mediastore.MOST_BYTES + 1)
    with pytest.raises(MediaTrouble, match="at most 20 MB"):
        inspect(path)


@pytest.mark.parametrize("side", [10_100, 14_000])
def test_a_small_file_that_unfolds_to_too_many_pixels_is_refused(tmp_path: Path, side: int) -> None:
    path = tmp_path / "bomb.png"
    Image.new("1", (side, side)).save(path)
    assert path.stat().st_size < 1_000_000
    with pytest.raises(MediaTrouble, match="50 million"):
        inspect(path)


def test_keeping_an_image_writes_it_whole_once_and_leaves_nothing_else(tmp_path: Path) -> None:
    path, media = draw(tmp_path / "door.png"), tmp_path / "media"
    given, facts = keep_cleaned(media, path)
    home = path_of(media, facts.sha256)
    assert (given, facts) == (inspect(path), inspect(home))
    before = home.stat().st_ino
    assert keep_cleaned(media, path) == (given, facts)
    assert home.stat().st_ino == before
    small = small_path_of(media, facts.sha256)
    assert {found for found in media.rglob("*") if found.is_file()} == {home, small}


def test_a_path_stays_inside_the_campaign_folder_also_through_links(tmp_path: Path) -> None:
    folder = tmp_path / "campaign"
    draw(folder / "images" / "door.png")
    draw(tmp_path / "secret.png")
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    (folder / "near.png").symlink_to(folder / "images" / "door.png")
    assert inside(folder, "images/door.png").name == "door.png"
    assert inside(folder, "near.png").name == "door.png"
    for file in ("../secret.png", "link.png", str(tmp_path / "secret.png"), "images/../../secret.png"):
        with pytest.raises(MediaTrouble, match="outside"):
            inside(folder, file)
    with pytest.raises(MediaTrouble, match="usable path"):
        inside(folder, "a\0b")
