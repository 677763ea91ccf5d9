from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from campaigns.models import Campaign
from campaigns.plan.rows import campaign_values, post_of, post_values, spec_of
from campaigns.plan.spec import CampaignSpec, Every, Hashtags, Late, PostSpec, Slot
from tests.factories.specs import make_campaign

words = st.text(min_size=1, max_size=20)
minutes = st.times().map(lambda at: time(at.hour, at.minute))
days = st.lists(st.integers(0, 6), max_size=7, unique=True).map(tuple)
zones = st.none() | st.sampled_from(["Europe/London", "America/New_York", "Asia/Kathmandu"])
tags = st.builds(Hashtags, st.none() | words, st.lists(words, max_size=3).map(tuple))
counts = st.sampled_from(["days", "weeks", "months"]).flatmap(
    lambda unit: st.integers(1, 12).map(lambda number: {unit: number})
)
recurrences = st.builds(
    lambda at, until, count, on, off: Every(at=at, until=until, on=on, exceptions=off, **count),
    minutes,
    st.none() | st.dates(date(2027, 1, 1), date(2030, 1, 1)),
    counts,
    days,
    st.lists(st.dates(date(2027, 1, 1), date(2030, 1, 1)), max_size=3, unique=True).map(tuple),
)
posts = st.builds(
    PostSpec,
    text=words,
    place=st.integers(0, 99),
    id=words,
    at=st.none()
    | st.datetimes(datetime(2027, 1, 1), datetime(2030, 1, 1)).map(  # noqa: DTZ001 - wall times are naive
        lambda moment: moment.replace(second=0, microsecond=0)
    ),
    every=st.none() | recurrences,
    timezone=zones,
    accounts=st.none() | st.lists(words, min_size=1, max_size=3).map(tuple),
    hashtags=st.none() | tags,
    language=st.none() | words,
    content_warning=st.none() | words,
    thread=st.lists(words, max_size=3).map(tuple),
    variants=st.dictionaries(words, words, max_size=2),
    essential=st.booleans(),
    urgent=st.booleans(),
    late=st.none()
    | st.builds(
        Late,
        st.integers(1, 3000).map(lambda count: timedelta(minutes=count)),
        st.sampled_from(["send", "drop"]),
    ),
)


@given(posts)
def test_a_post_comes_back_from_its_row_as_it_went_in(post: PostSpec) -> None:
    assert post_of({**post_values(post), "key": post.id}) == post


@given(
    tags,
    st.lists(st.builds(Slot, days, minutes, zones), max_size=3).map(tuple),
    st.lists(words, max_size=2).map(tuple),
)
def test_a_campaign_comes_back_from_its_row_as_it_went_in(
    hashtags: Hashtags, slots: tuple[Slot, ...], topics: tuple[str, ...]
) -> None:
    spec = replace(make_campaign(), hashtags=hashtags, slots=slots, topics=topics)
    again: CampaignSpec = spec_of(Campaign(slug=spec.slug, **campaign_values(spec)), ())
    assert again == spec
