"""A file is loaded again: what it says differently is changed, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from campaigns.core.moments import iso_z
from campaigns.models.tables import campaign, post
from campaigns.plan.loading import Kind
from tests.factories.desk import HEAD, SAMPLE
from tests.support.loads import THREE, kinds
from tests.support.pictures import draw

if TYPE_CHECKING:
    from tests.factories.desk import Desk


def test_loading_the_same_file_twice_changes_nothing(desk: Desk) -> None:
    desk.load(SAMPLE)
    before = desk.everything()
    desk.now += timedelta(days=35)  # some of it is past by now, which is nobody's problem
    again = desk.load(SAMPLE)
    assert again.applied
    assert again.changes == []
    assert desk.everything() == before


def test_a_reworded_post_with_an_id_goes_out_in_its_new_words(desk: Desk) -> None:
    text = HEAD + '  - {id: door, text: "Who will you call?", at: 2027-10-10 09:00}\n'
    desk.load(text)
    [before] = desk.deliveries()
    loaded = desk.load(text.replace("call", "ring"))
    [change] = loaded.changes
    assert (change.kind, change.line, change.old, change.new) == (
        Kind.REWORDED,
        12,
        "Who will you call?",
        "Who will you ring?",
    )
    [after] = desk.deliveries()
    assert after["texts"] == ["Who will you ring? #WorldMentalHealthDay"]
    assert (after["id"], after["version"]) == (before["id"], before["version"] + 1)


def test_a_moved_post_keeps_its_delivery(desk: Desk) -> None:
    desk.load(THREE)
    loaded = desk.load(THREE.replace("2027-10-03 09:00", "2027-10-04 10:30"))
    [change] = loaded.changes
    assert change.kind is Kind.MOVED
    assert "2027-10-03 09:00" in change.old
    assert "2027-10-04 10:30" in change.new
    assert [(row["texts"][0][:5], iso_z(row["due_utc"])) for row in desk.waiting()] == [
        ("One #", "2027-10-02T08:00:00Z"),
        ("Two #", "2027-10-04T09:30:00Z"),
        ("Three", "2027-10-05T08:00:00Z"),
    ]
    assert all(row["wake_utc"] == row["due_utc"] for row in desk.waiting())


def test_a_post_added_in_front_leaves_the_others_as_they_are(desk: Desk) -> None:
    desk.load(THREE)
    before = desk.deliveries()
    loaded = desk.load(
        THREE.replace('  - text: "One"', '  - text: "Zero"\n    at: 2027-10-01 12:00\n  - text: "One"')
    )
    assert kinds(loaded) == ["added"]
    assert [row for row in desk.deliveries() if row["id"] in {old["id"] for old in before}] == before


def test_a_removed_post_is_cancelled_and_comes_back_with_the_file(desk: Desk) -> None:
    desk.load(THREE)
    without = THREE.replace('  - text: "Two"\n    at: 2027-10-03 09:00\n', "")
    assert kinds(desk.load(without)) == ["removed"]
    cancelled = desk.deliveries()[1]
    assert (cancelled["state"], cancelled["reason"]) == ("cancelled", "taken out of the campaign file")
    assert desk.load(without).changes == []
    assert kinds(desk.load(THREE)) == ["back"]
    revived = desk.deliveries()[1]
    assert (revived["id"], revived["state"], revived["reason"]) == (cancelled["id"], "scheduled", "")
    assert desk.load(THREE).changes == []


def test_a_post_matched_only_by_its_place_is_doubtful_and_asks(desk: Desk) -> None:
    desk.load(THREE)
    before = desk.everything()
    edited = THREE.replace('"Two"', '"Quite another"')
    asked = desk.load(edited)
    assert asked.needs_yes
    assert not asked.applied
    assert [finding.code for finding in asked.findings] == ["doubtful"]
    assert asked.findings[0].line == 14
    assert desk.everything() == before
    told = desk.load(edited, yes=True)
    assert told.applied
    assert kinds(told) == ["reworded"]
    assert len(desk.deliveries()) == 3


def test_a_post_with_an_id_of_its_own_is_a_new_one(desk: Desk) -> None:
    desk.load(THREE)
    edited = THREE.replace('  - text: "Two"', '  - text: "Quite another"\n    id: another')
    loaded = desk.load(edited)
    assert loaded.applied
    assert sorted(kinds(loaded)) == ["added", "removed"]


def test_other_campaign_tags_change_every_waiting_text(desk: Desk) -> None:
    desk.load(THREE)
    desk.put(desk.deliveries()[0]["id"], state="published", cursor=1)
    loaded = desk.load(THREE.replace("WorldMentalHealthDay}", "MentalHealthDay}"))
    assert kinds(loaded) == ["retagged", "campaign"]
    assert [row["texts"] for row in desk.deliveries()] == [
        ["One #WorldMentalHealthDay"],
        ["Two #MentalHealthDay"],
        ["Three #MentalHealthDay"],
    ]


def test_an_image_replaced_under_the_same_name_is_a_change(desk: Desk) -> None:
    desk.load(SAMPLE)
    draw(desk.folder / "images" / "door.png", shade=200)
    assert kinds(desk.load(SAMPLE)) == ["repictured"]
    assert desk.load(SAMPLE).changes == []


def test_another_title_under_a_known_slug_needs_replace(desk: Desk) -> None:
    desk.load(THREE)
    renamed = THREE.replace("campaign: World Mental Health Day 2027", "campaign: Stress Awareness Week")
    refused = desk.load(renamed)
    assert not refused.applied
    assert [finding.code for finding in refused.findings] == ["another-campaign"]
    assert "'World Mental Health Day 2027'" in refused.findings[0].what
    assert desk.load(renamed, replace=True).applied
    with desk.engine.connect() as connection:
        assert connection.execute(select(campaign.c.title)).scalars().all() == ["Stress Awareness Week"]


def test_only_a_new_post_may_not_be_past(desk: Desk) -> None:
    desk.load(THREE)
    desk.now += timedelta(days=33)  # 4 October: two are past
    desk.put(desk.deliveries()[0]["id"], state="published", cursor=1)
    assert desk.load(THREE).applied
    late = THREE + '  - text: "Too late"\n    at: 2027-10-03 12:00\n'
    refused = desk.load(late)
    assert not refused.applied
    [finding] = [one for one in refused.findings if one.code == "in-the-past"]
    assert finding.line == 18
    assert finding.level == "problem"


def test_a_known_post_does_not_join_an_account_after_its_time(desk: Desk) -> None:
    desk.load(THREE)
    with desk.engine.begin() as connection:
        keys = list(connection.execute(select(post.c.key)).scalars())
    assert len(set(keys)) == 3
    desk.now += timedelta(days=33)
    desk.connect("practice", "second")
    loaded = desk.load(THREE.replace("accounts: [practice]", "accounts: [practice, second]"))
    assert loaded.applied
    assert [finding.code for finding in loaded.findings].count("too-late-to-join") == 2
    assert [row["texts"] for row in desk.deliveries() if row["account"] == "second"] == [
        ["Three #WorldMentalHealthDay"]
    ]


def test_an_account_taken_out_is_cancelled_alone(desk: Desk) -> None:
    desk.connect("practice", "second")
    both = THREE.replace("accounts: [practice]", "accounts: [practice, second]")
    desk.load(both)
    desk.load(THREE)
    assert {row["account"] for row in desk.waiting()} == {"practice"}
    desk.load(both)
    assert len(desk.waiting()) == 6


def test_an_edit_gives_the_parts_new_keys_and_forgets_uploads(desk: Desk) -> None:
    text = HEAD + '  - {id: door, text: "Call?", at: 2027-10-10 09:00}\n'
    desk.load(text)
    before = desk.everything()[3][0]
    desk.load(text.replace("Call?", "Ring?"))
    after = desk.everything()[3][0]
    assert before["key"] != after["key"]
    assert (after["checkpoint"], after["frozen"]) == ({}, {})
