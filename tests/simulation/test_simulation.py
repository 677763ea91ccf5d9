"""The short form of `make simulate`, and the simulator held to its own promises."""

from __future__ import annotations

from dataclasses import replace

import pytest

from campaigns.deliver.turn import POISON
from tests.simulation.coverage import Coverage
from tests.simulation.generate import generate
from tests.simulation.run import play
from tests.simulation.scenario import AccountPlan, Happening, PostPlan, Scenario
from tests.simulation.shrink import shrink

SEEDS = 80
FIRST_DEATH = 1
"""Nobody is marked before somebody died."""
FIXED = (10, 14, 19, 21, 2037, 3040, 10087, 20452)
"""Seeds that found a bug once."""


def test_no_fault_loses_or_doubles_a_post_and_nothing_slips_out_in_a_pause() -> None:
    seen = Coverage()
    for seed, days in (*((seed, 1) for seed in range(SEEDS)), *((seed, 2) for seed in FIXED)):
        outcome = play(generate(seed, days))
        assert not outcome.violations, (
            f"python -m tests.simulation --seed {seed} --days {days} tells the story"
        )
        seen.add(outcome.coverage)
    assert seen.kinds["frozen"]
    assert seen.kinds["crash at intended"]
    assert seen.kinds["pause acknowledged"]


@pytest.mark.parametrize("seed", [3, 7])
def test_the_same_seed_tells_the_same_story_to_the_letter(seed: int) -> None:
    assert play(generate(seed)).lines == play(generate(seed)).lines


@pytest.mark.parametrize("kind", ["keyed", "readable", "both"])
@pytest.mark.parametrize("fault", ["lost_answer", "late", "lost_request", "reset_answer", "error_after"])
def test_a_lost_answer_leaves_one_post_and_no_question(kind: str, fault: str) -> None:
    outcome = play(_one(kind, Happening(0.0, "network", ("send", 1, 1, fault))))
    assert not outcome.violations
    assert outcome.coverage.kinds[f"network: {fault}"] == 1
    assert not outcome.coverage.arrows["uncertain", "needs_person"]


def test_a_lost_answer_on_a_blind_platform_is_always_a_question() -> None:
    outcome = play(_one("blind", Happening(0.0, "network", ("send", 1, 1, "lost_answer"))))
    assert not outcome.violations
    assert outcome.coverage.arrows["uncertain", "needs_person"] == 1


def test_a_post_that_ends_every_worker_is_given_up_and_none_that_is_prepared_beside_it() -> None:
    accounts = tuple(AccountPlan(number, "keyed") for number in range(1, 6))
    posts = tuple(PostPlan(one.id, one.id, 1, 60.0, (f"Post {one.id}",)) for one in accounts)
    outcome = play(replace(_one("keyed", Happening(0.0, "poison", (1,))), accounts=accounts, posts=posts))
    assert not outcome.violations
    assert outcome.coverage.arrows["scheduled", "failed"]
    assert outcome.coverage.kinds["poison: dies before the intent"] == FIRST_DEATH + POISON


def test_a_broken_engine_is_caught_and_its_story_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaigns.deliver.reconcile.ABSENCES_NEEDED", 0)
    noise = [Happening(100.0 * number, "sick", (1, 5.0)) for number in range(1, 4)]
    late = Happening(0.0, "network", ("send", 1, 1, "late"))
    monkeypatch.setattr("tests.simulation.world.World.latest_arrival", 200.0)
    smallest = shrink(_one("readable", late, *noise), "doubled")
    assert [one.kind for one in smallest.scenario.happenings] == ["network"]
    assert "is on readable twice" in smallest.story()


def _one(kind: str, *happenings: Happening) -> Scenario:
    post = PostPlan(1, account=1, campaign=1, due=60.0, texts=("One",))
    return Scenario(
        1,
        1,
        (AccountPlan(1, kind),),
        (post,),
        ("north",),
        ("north",),
        happenings,
        "2027-06-01T06:00:00+00:00",
    )
