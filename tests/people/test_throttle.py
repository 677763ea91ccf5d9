from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from campaigns.people.throttle import FREE, FREE_FOR_A_PLACE, LONGEST, Throttle


def fail(throttle: Throttle, place: str, name: str, times: int, now: float = 0.0) -> float:
    """Fails as fast as allowed; returns the time after the last failure."""
    for _ in range(times):
        while wait := throttle.enter(place, name, now):
            now += wait
    return now


def test_a_few_mistypes_cost_nothing() -> None:
    throttle = Throttle()
    assert fail(throttle, "home", "alice", FREE) == 0


@given(st.integers(1, 20))
def test_guessing_goes_slower_and_slower_but_no_wait_is_longer_than_a_minute(times: int) -> None:
    throttle = Throttle()
    now = fail(throttle, "elsewhere", "alice", FREE)
    waits = []
    for _ in range(times):
        waits.append(throttle.enter("elsewhere", "alice", now))
        now = fail(throttle, "elsewhere", "alice", 1, now)
    assert waits == sorted(waits)
    assert 0 < waits[0] <= waits[-1] <= LONGEST


def test_who_guesses_elsewhere_does_not_keep_the_rightful_out() -> None:
    throttle = Throttle()
    now = fail(throttle, "elsewhere", "alice", 3 * FREE)
    assert throttle.enter("elsewhere", "alice", now) > 0
    assert throttle.enter("home", "alice", now) == 0


def test_a_place_that_tries_many_names_is_slowed_as_a_whole() -> None:
    throttle = Throttle()
    for number in range(FREE_FOR_A_PLACE):
        assert throttle.enter("elsewhere", f"name {number}", 0.0) == 0
    assert throttle.enter("elsewhere", "one more", 0.0) > 0


def test_one_good_account_buys_no_guesses_at_others() -> None:
    throttle = Throttle()
    for number in range(FREE_FOR_A_PLACE - 1):
        throttle.enter("elsewhere", f"name {number}", 0.0)
    assert throttle.enter("elsewhere", "mallory", 0.0) == 0
    throttle.succeeded("elsewhere", "mallory")
    assert throttle.enter("elsewhere", "another", 0.0) == 0
    assert throttle.enter("elsewhere", "one more", 0.0) > 0


def test_the_right_password_is_taken_at_once_after_it_was_mistyped_and_remembered() -> None:
    throttle = Throttle()
    fail(throttle, "home", "alice", FREE - 1)
    assert throttle.enter("home", "alice", 0.0) == 0
    throttle.succeeded("home", "alice")
    assert fail(throttle, "home", "alice", FREE) == 0
