"""The list of campaigns, and one campaign with its progress, pause and export."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import Session, col, select

from campaigns.core.db import read_session, write_session
from campaigns.core.moments import utc_now
from campaigns.deliver.progress import PAGE
from campaigns.models import Account, Campaign, Delivery, Organisation, Post, Role
from tests.factories.cast import make_account, make_organisation
from tests.factories.deliveries import make_campaign, make_delivery

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

    from tests.support.visitor import Visitor


@pytest.fixture
def plan(app: FastAPI) -> Callable[..., int]:
    """Plans a delivery of the campaign `hope`, or of another, and returns its id."""

    def plan(*texts: str, slug: str = "hope", organisation: str = "default", **more: Any) -> int:
        with write_session(app.state.engine) as session:
            owner = session.exec(
                select(Organisation).where(Organisation.slug == organisation)
            ).first() or make_organisation(session, organisation)
            account = session.exec(
                select(Account).where(Account.organisation_id == owner.id)
            ).first() or make_account(session, owner)
            campaign = named(session, owner.id, slug) or make_campaign(session, owner.id, slug)
            return make_delivery(session, campaign, account, *texts, **more).id

    return plan


def named(session: Session, organisation_id: int, slug: str) -> Campaign | None:
    return session.exec(
        select(Campaign).where(Campaign.organisation_id == organisation_id, Campaign.slug == slug)
    ).first()


def paused(app: FastAPI) -> list[tuple[bool, bool]]:
    """Of each campaign whether it is paused, and whether its essential posts pass."""
    with read_session(app.state.engine) as session:
        rows = session.exec(select(Campaign).order_by(col(Campaign.id))).all()
        return [(row.paused, row.pause_spares_essential) for row in rows]


def test_without_a_campaign_the_page_says_how_to_get_one(alice: Visitor) -> None:
    page = alice.get("/campaigns")
    assert "There is no campaign yet." in page.words
    assert 'href="/import"' in page.text
    assert 'href="/help/campaigns-in-the-browser"' in page.text


def test_the_list_tells_dates_with_their_zone_progress_and_what_is_next(
    alice: Visitor, plan: Callable[..., int]
) -> None:
    now = utc_now()
    plan("Gone out", state="published", due=now - timedelta(hours=1))
    plan("Later", due=now + timedelta(days=400))
    plan("Coming", due=now + timedelta(days=2))
    plan("Held", state="held")
    page = alice.get("/campaigns")
    assert 'href="/campaigns/hope"' in page.text
    assert re.search(r"1 Jan\b.*1 Jan 2030 UTC 4 posts 1 of 4 out 2 to go 1 needs a person", page.words)
    assert "Next in 2 days" in page.words
    assert f"{now + timedelta(days=2):%H:%M} UTC" in page.words


def test_a_campaign_shows_its_counts_its_chart_and_links_to_each_posts_story(
    app: FastAPI, alice: Visitor, plan: Callable[..., int]
) -> None:
    out = plan("Gone out", state="published")
    held = plan("Held back", state="held")
    with write_session(app.state.engine) as session:
        campaign = session.exec(select(Campaign)).one()
        campaign.goal = "More people ask for help."
        campaign.hashtags = {"primary": "HopeToday", "supporting": ["YouMatter"]}
        campaign.accounts = ["practice"]
        session.add(campaign)
    page = alice.get("/campaigns/hope")
    for said in ("More people ask for help.", "#HopeToday #YouMatter", "UTC (UTC)", "Accounts practice"):
        assert said in page.words
    assert re.search(r"Practice\w* 1 1 0 0", page.words), (
        "the table says out, needs a person, to go, cancelled"
    )
    by_platform, by_language = page.text.split('id="by-language"')
    for chart in (by_platform, by_language):
        assert re.findall(r'<rect class="(\w+)" x="([\d.]+)" y="17" width="([\d.]+)"', chart) == [
            ("out", "0.0", "160.0"),
            ("asks", "160.0", "160.0"),
        ]
    assert f'href="/deliveries/{out}"' in page.text
    assert f'href="/deliveries/{held}"' in page.text


def test_the_chart_by_language_counts_each_post_once(
    app: FastAPI, alice: Visitor, plan: Callable[..., int]
) -> None:
    written = {"en": 3, "es": 2, None: 1}
    for language, posts in written.items():
        for number in range(posts):
            row = plan("Ask twice.", state="published" if number else "held")
            with write_session(app.state.engine) as session:
                session.get_one(Post, session.get_one(Delivery, row).post_id).language = language
    with write_session(app.state.engine) as session:
        session.exec(select(Campaign)).one().languages = ["en", "es"]
    words = alice.get("/campaigns/hope").words
    assert "English 2 2 0 0" in words, "out, asking; without a language it is in the main one"
    assert "Spanish 1 1 0 0" in words


def test_the_posts_can_be_narrowed_to_one_state(alice: Visitor, plan: Callable[..., int]) -> None:
    plan("Gone out", state="published")
    plan("Held back", state="held")
    words = alice.get("/campaigns/hope?state=held").words
    assert "Held back" in words
    assert "Gone out" not in words
    assert "Gone out" in alice.get("/campaigns/hope?state=nonsense").words
    assert "None of its posts stands here." in alice.get("/campaigns/hope?state=missed").words


def test_many_posts_come_page_by_page_each_once(alice: Visitor, plan: Callable[..., int]) -> None:
    now = utc_now()
    planned = [plan(f"Post {n}", due=now + timedelta(minutes=n)) for n in range(PAGE + 3)]
    pages = [alice.get("/campaigns/hope"), alice.get("/campaigns/hope?page=2")]
    shown = [int(found) for page in pages for found in re.findall(r'href="/deliveries/(\d+)"', page.text)]
    assert shown == planned
    assert "Page 1 of 2 Later" in pages[0].words
    assert "Earlier Page 2 of 2" in pages[1].words
    assert "None of its posts stands here." in alice.get("/campaigns/hope?page=999").words
    assert alice.get("/campaigns/hope?page=99999999999999999999").status < 500


@pytest.mark.parametrize(("mode", "spares", "said"), [("full", False, "none of"), ("crisis", True, "only")])
def test_a_campaign_is_paused_and_resumed_with_one_button_each(
    app: FastAPI, alice: Visitor, plan: Callable[..., int], mode: str, spares: bool, said: str
) -> None:
    plan("A post")
    page = alice.follow(alice.post("/campaigns/hope/pause", {"mode": mode}))
    assert paused(app) == [(True, spares)]
    assert f"This campaign is paused: {said}" in page.words
    assert f"Paused: {said}" in page.words
    assert "paused" in alice.get("/campaigns").words
    page = alice.follow(alice.post("/campaigns/hope/resume"))
    assert paused(app) == [(False, False)]
    assert "Pause this campaign" in page.words


def test_a_pause_leaves_another_organisations_campaign_of_the_same_name_alone(
    app: FastAPI, alice: Visitor, charlie: Visitor, plan: Callable[..., int]
) -> None:
    plan("Alice's own words")
    plan("Charlie's own words", organisation="elsewhere")
    alice.post("/campaigns/hope/pause")
    assert paused(app) == [(True, False), (False, False)]
    charlie.post("/campaigns/hope/pause", {"mode": "crisis"})
    charlie.post("/campaigns/hope/resume")
    assert paused(app) == [(True, False), (False, False)]
    for path in ("", "/deliveries.csv", "/deliveries.ics", "/campaign.yaml"):
        assert "Alice" not in charlie.get(f"/campaigns/hope{path}").text


def test_charlie_learns_nothing_of_alices_campaigns(
    app: FastAPI, charlie: Visitor, plan: Callable[..., int]
) -> None:
    plan("Alice's own words")
    assert "Hope" not in charlie.get("/campaigns").words
    for path in ("", "/campaign.yaml", "/deliveries.csv", "/deliveries.ics"):
        assert charlie.get(f"/campaigns/hope{path}").status == 404
    for button in ("pause", "resume"):
        assert charlie.post(f"/campaigns/hope/{button}").status == 404
    assert paused(app) == [(False, False)]


def test_a_viewer_sees_a_campaign_and_pauses_nothing(
    app: FastAPI, enter: Callable[..., Visitor], plan: Callable[..., int]
) -> None:
    viewer = enter("Vera", Role.VIEWER)
    plan("A post")
    page = viewer.get("/campaigns/hope")
    assert "A post" in page.words
    assert "<button" not in page.text
    assert viewer.post("/campaigns/hope/pause").status == 403
    assert paused(app) == [(False, False)]


@pytest.mark.parametrize("slug", ["nope", "%00", "hope%2f..", "a" * 2000])
def test_a_campaign_that_is_none_or_was_removed_is_missing(
    app: FastAPI, alice: Visitor, plan: Callable[..., int], slug: str
) -> None:
    plan("A post")
    assert alice.get(f"/campaigns/{slug}").status == 404
    with write_session(app.state.engine) as session:
        campaign = session.exec(select(Campaign)).one()
        campaign.removed_utc = utc_now()
        session.add(campaign)
    assert alice.get("/campaigns/hope").status == 404


def test_a_campaign_is_taken_along_as_a_file_a_table_and_a_calendar(
    alice: Visitor, plan: Callable[..., int]
) -> None:
    due = datetime(2027, 10, 10, 8, tzinfo=UTC)
    number = plan("You matter, all of you", "The second part", due=due)
    file = alice.get("/campaigns/hope/campaign.yaml")
    assert "You matter, all of you" in file.text
    assert file.headers["content-disposition"] == 'attachment; filename="hope.yaml"'
    table = alice.get("/campaigns/hope/deliveries.csv")
    (row,) = csv.DictReader(io.StringIO(table.body.decode("utf-8-sig")))
    assert (row["delivery"], row["due_utc"], row["state"]) == (
        str(number),
        "2027-10-10T08:00:00Z",
        "scheduled",
    )
    assert row["text"] == "You matter, all of you\n\nThe second part"
    events = alice.get("/campaigns/hope/deliveries.ics")
    assert events.headers["content-type"].startswith("text/calendar")
    assert "DTSTART:20271010T080000Z\r\n" in events.text
    assert "DESCRIPTION:You matter\\, all of you\\n\\nThe second part\r\n" in events.text


def test_hostile_text_is_only_ever_text(app: FastAPI, alice: Visitor, plan: Callable[..., int]) -> None:
    plan('<script>alert(1)</script>"><img src=x onerror=alert(1)>{{ 7*7 }}')
    with write_session(app.state.engine) as session:
        campaign = session.exec(select(Campaign)).one()
        campaign.title = campaign.goal = "<b>{{7}}</b>"
        session.add(campaign)
    for path in ("/campaigns", "/campaigns/hope"):
        text = alice.get(path).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "<b>{{7}}" not in text
