from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from campaigns.core.imaging.apart import keep_apart, make_small_apart
from campaigns.core.mediapaths import path_of, small_path_of
from campaigns.core.mediastore import MediaTrouble, keep_cleaned
from tests.support.pictures import draw, photograph

if TYPE_CHECKING:
    from pathlib import Path

SECRET = b"Rose Lane 7"


def kept(tmp_path: Path, content: bytes) -> bytes:
    (tmp_path / "given").write_bytes(content)
    _, facts = keep_cleaned(tmp_path / "media", tmp_path / "given")
    return path_of(tmp_path / "media", facts.sha256).read_bytes()


def encoded(form: str, frames: int = 1, **how: Any) -> bytes:
    first, *more = [Image.new("RGB", (20, 10), (40 * n, 90, 120)) for n in range(1, frames + 1)]
    out = BytesIO()
    moving = {"save_all": True, "append_images": more, "duration": [80, 120, 200], "loop": 2} if more else {}
    first.save(out, form, **moving, **how)
    return out.getvalue()


@pytest.mark.parametrize("turned", [False, True])
def test_a_photograph_keeps_no_place_and_stands_upright(tmp_path: Path, *, turned: bool) -> None:
    given = photograph(turned=turned)
    assert SECRET in given
    clean = kept(tmp_path, given)
    assert SECRET not in clean
    with Image.open(BytesIO(clean)) as picture:
        assert not picture.getexif()
        assert picture.size == (24, 16)
        assert picture.convert("RGB").getpixel((12, 3))[0] > 150  # type: ignore[index]  # red is above
        assert picture.convert("RGB").getpixel((12, 13))[2] > 150  # type: ignore[index]  # blue below


@pytest.mark.parametrize("form", ["PNG", "GIF", "WEBP"])
@pytest.mark.parametrize("frames", [1, 3])
def test_other_formats_lose_what_hides_in_them_and_nothing_else(
    tmp_path: Path, form: str, frames: int
) -> None:
    hidden = Image.Exif()
    hidden[0x010E] = SECRET.decode()
    how: dict[str, Any] = {"comment": SECRET} if form == "GIF" else {"exif": hidden}
    given = encoded(form, frames, **how) + SECRET
    clean = kept(tmp_path, given)
    assert SECRET in given
    assert SECRET not in clean
    with Image.open(BytesIO(given)) as before, Image.open(BytesIO(clean)) as after:
        assert getattr(after, "n_frames", 1) == getattr(before, "n_frames", 1) == frames
        assert after.info.get("loop") == before.info.get("loop")
        for frame in range(frames):
            before.seek(frame)
            after.seek(frame)
            assert after.convert("RGB").tobytes() == before.convert("RGB").tobytes()
            assert after.info.get("duration") == before.info.get("duration")


def test_transparency_and_the_colour_profile_stay(tmp_path: Path) -> None:
    out = BytesIO()
    Image.new("RGBA", (8, 8), (10, 20, 30, 99)).save(out, "PNG", icc_profile=b"\0" * 132)
    with Image.open(BytesIO(kept(tmp_path, out.getvalue()))) as after:
        assert after.getpixel((3, 3)) == (10, 20, 30, 99)
        assert after.info["icc_profile"] == b"\0" * 132


def test_two_photographs_of_other_places_are_one_picture(tmp_path: Path) -> None:
    assert kept(tmp_path, photograph(secret="here")) == kept(tmp_path, photograph(secret="there"))


def test_a_process_of_its_own_keeps_the_image_with_a_small_one_beside_it(tmp_path: Path) -> None:
    path, media = draw(tmp_path / "large.png", size=(1200, 300)), tmp_path / "media"
    _, facts = keep_apart(media, path)
    with Image.open(small_path_of(media, facts.sha256)) as small:
        assert (small.size, small.format) == ((480, 120), "WEBP")
    small_path_of(media, facts.sha256).unlink()
    make_small_apart(media, facts.sha256)
    assert small_path_of(media, facts.sha256).exists()


@pytest.mark.parametrize("content", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", photograph()[:300]])
def test_what_is_refused_in_that_process_is_said_here(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "given").write_bytes(content)
    with pytest.raises(MediaTrouble, match=r"SVG|cut short"):
        keep_apart(tmp_path / "media", tmp_path / "given")
    assert not (tmp_path / "media").exists()
