from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlmodel import select

from campaigns.core.db import read_session, write_session
from campaigns.core.mediapaths import path_of, small_path_of
from campaigns.models import Audit, Draft, Media, MediaOrigin, Person, PostMedia, Role
from tests.factories.cast import BORN, make_account, make_organisation
from tests.factories.deliveries import make_campaign, make_delivery
from tests.support.pictures import draw, photograph

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fastapi import FastAPI

    from tests.support.visitor import Answer, Visitor

JSON = "application/json"
ALT = "A half-open door with warm light behind it"
SECRET = b"Rose Lane 7"


def upload(visitor: Visitor, content: bytes, name: str = "door.jpg", alt: str = "", **headers: str) -> Answer:
    return visitor.send("/media", [("file", name, content)], {"alt": alt}, **headers)


def send(visitor: Visitor, content: bytes = b"", name: str = "door.jpg", alt: str = ALT) -> Any:
    answer = upload(visitor, content or photograph(), name, alt, accept=JSON)
    assert answer.status in {200, 201}, answer.text
    return answer.json


def carry(app: FastAPI, image: dict[str, Any], *, removed: bool = False) -> None:
    """Puts the image on a post that waits to go out."""
    with write_session(app.state.engine) as session:
        organisation = make_organisation(session)
        campaign = make_campaign(session, organisation.id)
        account = make_account(session, organisation)
        pictures = [{"id": image["id"], "alt": "Another door"}]
        delivery = make_delivery(session, campaign, account, "Who will you call?", images=pictures)
        session.add(
            PostMedia(
                post_id=delivery.post_id,
                place=0,
                organisation_id=organisation.id,
                media_id=image["id"],
                file="images/door.jpg",
                alt="Another door",
            )
        )
        if removed:
            campaign.removed_utc = BORN
            session.add(campaign)


def test_an_image_sent_in_is_served_clean_small_and_private(app: FastAPI, alice: Visitor) -> None:
    told = send(alice, photograph(turned=True))
    assert (told["width"], told["height"], told["mime"], told["alt"]) == (24, 16, "image/jpeg", ALT)
    for path, mime in ((told["src"], "image/jpeg"), (told["small"], "image/webp")):
        answer = alice.get(path)
        assert (answer.status, answer.headers["content-type"]) == (200, mime)
        assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert SECRET not in answer.body
    folder = app.state.settings.media_dir
    small_path_of(folder, told["sha256"]).unlink()
    assert alice.get(told["small"]).status == 200  # made anew
    assert not list((folder / "arriving").iterdir())


def test_a_form_without_a_script_leads_to_the_image_with_its_alt_text(alice: Visitor) -> None:
    page = alice.follow(upload(alice, photograph(), "door.jpg", ALT))
    assert "door.jpg is in the library" in page.words
    assert ALT in page.words
    assert "24 \u00d7 16 pixels" in page.words
    assert "No post carries it" in page.words


def test_the_same_picture_is_kept_once_whatever_hid_in_it(alice: Visitor) -> None:
    first = send(alice, photograph(secret="here"), alt="")
    again = send(alice, photograph(secret="there"), "other.jpg", alt="Described at last")
    third = send(alice, photograph(secret="here"), alt="Too late")
    own = send(alice, alice.get(first["src"]).body)  # what was taken out of the library comes back
    assert [one["id"] for one in (again, third, own)] == [first["id"]] * 3
    assert [one["new"] for one in (first, again, third, own)] == [True, False, False, False]
    assert (own["name"], own["alt"]) == ("door.jpg", "Described at last")


REFUSED = (
    (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "drawing.png", "SVG"),
    (b"<html><script>alert(1)</script>", "page.jpg", "not an image"),
    (b"\x00\x00\x00\x20ftypisom" + bytes(40), "film.mp4", "video"),
    (photograph()[:300], "torn.jpg", "cut short"),
    (b"", "empty.png", "empty"),
    (bytes(20_000_001), "long.png", "20 MB"),
)
HOSTILE_NAMES = {
    "../../etc/passwd": "passwd",
    "C:\\Users\\Rose\\door.jpg": "door.jpg",
    "<img src=x onerror=alert(1)>.jpg": "&lt;img src=x onerror=alert(1)&gt;.jpg",
    "\u202egnp.exe": "gnp.exe",
    "\u00fc" * 300: "\u00fc" * 200,
}


def test_what_is_no_image_is_refused_with_a_sentence_that_names_the_file(alice: Visitor) -> None:
    for content, name, said in REFUSED:
        answer = upload(alice, content, name, ALT, accept=JSON)
        assert answer.status == 422, name
        assert answer.json["error"].startswith(name)
        assert said in answer.json["error"]
    page = upload(alice, REFUSED[0][0], "drawing.png", ALT * 2)
    assert page.status == 422
    assert ALT * 2 in page.text  # what was typed is still there
    assert "No image is here yet" in alice.get("/media").words


def test_a_hostile_file_name_is_only_ever_a_name(alice: Visitor, tmp_path: Path) -> None:
    for shade, (name, shown) in enumerate(HOSTILE_NAMES.items()):
        told = send(alice, draw(tmp_path / "drawn.png", shade=shade).read_bytes(), name, alt="")
        page = alice.get(f"/media/{told['id']}").text
        assert f">{shown}</h1>" in page
        assert "<img src=x" not in page
        assert "\u202e" not in page


def test_a_hostile_alt_text_is_only_ever_text(alice: Visitor) -> None:
    hostile = '"><script>alert(1)</script>{{ 7777 * 7 }}'
    told = send(alice, alt=hostile)
    assert told["alt"] == hostile
    for path in ("/media", f"/media/{told['id']}"):
        assert "<script>alert" not in alice.get(path).text
        assert "54439" not in alice.get(path).words


def test_an_alt_text_is_changed_and_one_that_is_too_long_stays_to_be_shortened(
    app: FastAPI, alice: Visitor
) -> None:
    path = f"/media/{send(alice)['id']}"
    assert "Saved" in alice.follow(alice.post(path, {"alt": "  A door \r\n ajar "})).words
    assert ">\nA door \n ajar</textarea>" in alice.get(path).text
    answer = alice.post(path, {"alt": "x" * 5001})
    assert answer.status == 422
    assert "5,001 characters" in answer.words
    assert "x" * 5001 in answer.text
    with read_session(app.state.engine) as session:
        assert [line.action for line in session.exec(select(Audit)) if line.person == "Alice"][-1:] == [
            "media.describe"
        ]


def test_an_image_in_a_post_says_where_and_cannot_be_deleted(app: FastAPI, alice: Visitor) -> None:
    image = send(alice)
    carry(app, image)
    page = alice.get(f"/media/{image['id']}")
    assert "Who will you call?" in page.words
    assert "Alt text there: Another door" in page.words
    assert "Delete the image" not in page.words
    refused = alice.post(f"/media/{image['id']}/delete")
    assert refused.status == 409
    assert "is in 1 post" in refused.words or "on its way" in refused.words
    assert alice.get(image["src"]).status == 200
    assert "in 1 post" in alice.get("/media").words
    assert "Every image is in a post" in alice.get("/media?only=unused").words


def test_an_image_that_is_still_to_be_sent_stays_though_its_campaign_was_removed(
    app: FastAPI, alice: Visitor
) -> None:
    image = send(alice)
    carry(app, image, removed=True)
    assert "No post carries it" in alice.get(f"/media/{image['id']}").words
    refused = alice.post(f"/media/{image['id']}/delete")
    assert refused.status == 409
    assert "on its way" in refused.words


def test_an_image_in_a_draft_stays(app: FastAPI, alice: Visitor) -> None:
    image = send(alice)
    with write_session(app.state.engine) as session:
        person = session.exec(select(Person)).one()
        fields = {"text": "Soon", "media": [{"id": image["id"], "alt": "A door"}]}
        made: dict[str, Any] = {"organisation_id": person.organisation_id, "person_id": person.id}
        session.add(Draft(**made, fields=fields, created_utc=BORN, updated_utc=BORN))
    assert "In 1 draft" in alice.get(f"/media/{image['id']}").words
    assert alice.post(f"/media/{image['id']}/delete").status == 409


def test_an_unused_image_is_deleted_with_its_file_and_can_come_back(app: FastAPI, alice: Visitor) -> None:
    image, folder = send(alice), app.state.settings.media_dir
    assert "1" in alice.get("/media?only=unused").words
    page = alice.follow(alice.post(f"/media/{image['id']}/delete"))
    assert "door.jpg is deleted" in page.words
    assert not path_of(folder, image["sha256"]).exists()
    assert not small_path_of(folder, image["sha256"]).exists()
    with read_session(app.state.engine) as session:
        assert not session.exec(select(Media)).all()
        assert not session.exec(select(MediaOrigin)).all()
    assert alice.get(image["src"]).status == 404
    assert alice.post(f"/media/{image['id']}/delete").status == 404  # the back button, pressed twice
    assert send(alice)["new"]


def test_what_two_organisations_have_is_deleted_only_for_the_one(alice: Visitor, charlie: Visitor) -> None:
    ours, theirs = send(alice), send(charlie)
    assert ours["sha256"] == theirs["sha256"]
    alice.follow(alice.post(f"/media/{ours['id']}/delete"))
    assert alice.get(ours["src"]).status == 404
    assert charlie.get(theirs["src"]).status == 200


def test_charlie_sees_and_changes_nothing_of_alices(alice: Visitor, charlie: Visitor) -> None:
    image = send(alice)
    assert "No image is here yet" in charlie.get("/media").words
    for path in (f"/media/{image['id']}", image["src"], image["small"]):
        assert charlie.get(path).status == 404
    for path in (f"/media/{image['id']}", f"/media/{image['id']}/delete"):
        assert charlie.post(path, {"alt": "mine now"}).status == 404
    assert ALT in alice.get(f"/media/{image['id']}").words


def test_who_only_looks_and_who_is_not_signed_in_change_nothing(
    alice: Visitor, stranger: Visitor, enter: Callable[..., Visitor]
) -> None:
    image, viewer = send(alice), enter("Vera", Role.VIEWER)
    assert viewer.get(image["src"]).status == 200
    assert "Add an image" not in viewer.get("/media").words
    assert upload(viewer, photograph(), accept=JSON).status == 403
    assert viewer.post(f"/media/{image['id']}/delete").status == 403
    assert stranger.get(image["src"]).leads_to.startswith("/sign-in")
    assert upload(stranger, photograph(), accept=JSON).status == 401


def test_searching_finds_words_in_names_alt_texts_and_posts(
    app: FastAPI, alice: Visitor, tmp_path: Path
) -> None:
    carry(app, send(alice))
    send(alice, draw(tmp_path / "cups.png").read_bytes(), "100%_tea.png", alt="Three mugs")
    for search, found in {
        "mugs three": "Three",
        "DOOR": "half-open",
        "another": "half-open",
        "100%_": "Three",
    }.items():
        words = alice.get(f"/media?q={search.replace('%', '%25').replace(' ', '+')}").words
        assert found in words.partition("Unused")[2], search
        assert ({"Three": "half-open", "half-open": "Three"}[found]) not in words.partition("Unused")[2], (
            search
        )
    assert "No image fits" in alice.get("/media?q=nothing").words
    assert "No image fits" in alice.get("/media?q=%00%25%25").words


def test_each_platform_says_whether_it_takes_the_image(app: FastAPI, alice: Visitor) -> None:
    with write_session(app.state.engine) as session:
        make_account(
            session,
            make_organisation(session),
            "mastodon",
            limits={"media_attachments": {"image_size_limit": 100}},
        )
    table = alice.get(f"/media/{send(alice)['id']}").text.partition("<tbody>")[2]
    rows = {row.partition('scope="row">')[2].partition("<")[0]: row for row in table.split("<tr>")[1:]}
    assert "too large" in rows["Mastodon"]
    assert "as it is" in rows["Bluesky"]


def test_more_images_than_fit_on_a_page_are_turned(alice: Visitor, app: FastAPI) -> None:
    with write_session(app.state.engine) as session:
        organisation = make_organisation(session)
        for n in range(50):
            session.add(
                Media(
                    organisation_id=organisation.id,
                    sha256=f"{n:064}",
                    mime="image/png",
                    size=1,
                    width=1,
                    height=1,
                    name=f"n{n}.png",
                    created_utc=BORN,
                )
            )
    assert "Page 1 of 2" in alice.get("/media").words
    assert alice.get("/media?page=2").text.count('loading="lazy"') == 2
    assert alice.get("/media?page=0").status == 422
