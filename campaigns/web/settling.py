"""The one button that settles a post that waits for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.responses import Response

from campaigns.deliver import people
from campaigns.deliver.story import story
from campaigns.models import Delivery
from campaigns.people.permissions import Verb
from campaigns.web.base.forms import Posted, Typed
from campaigns.web.base.visit import RowId, SignedIn, Visit

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlmodel import Session

router = APIRouter()


@router.get("/deliveries/{delivery_id}")
def page(visit: SignedIn, delivery_id: RowId) -> Response:
    """One delivery's whole story: every try, every answer, every person."""
    return _story(visit, delivery_id, Typed.of())


@router.post("/deliveries/{delivery_id}/now")
def now(visit: SignedIn, typed: Posted, delivery_id: RowId) -> Response:
    return _settle(
        visit, typed, delivery_id, lambda session: people.post_now(session, delivery_id, visit.name),
        visit._("It goes out now."),
    )  # fmt: skip


@router.post("/deliveries/{delivery_id}/again")
def again(visit: SignedIn, typed: Posted, delivery_id: RowId) -> Response:
    return _settle(
        visit, typed, delivery_id, lambda session: people.settle_again(session, delivery_id, visit.name),
        visit._("It is posted again."),
    )  # fmt: skip


@router.post("/deliveries/{delivery_id}/live")
def live(visit: SignedIn, typed: Posted, delivery_id: RowId) -> Response:
    """It is there after all, at the address in the field `url`."""
    url = typed.text("url")
    return _settle(
        visit, typed, delivery_id, lambda session: people.settle_live(session, delivery_id, url, visit.name),
        visit._("Noted: it is out."),
    )  # fmt: skip


@router.post("/deliveries/{delivery_id}/cancel")
def cancel(visit: SignedIn, typed: Posted, delivery_id: RowId) -> Response:
    return _settle(
        visit, typed, delivery_id, lambda session: people.cancel(session, delivery_id, visit.name),
        visit._("Cancelled: nothing more of it goes out."),
    )  # fmt: skip


def _settle(
    visit: Visit, typed: Typed, delivery_id: int, act: Callable[[Session], object], said: str
) -> Response:
    """What cannot be done is said beside what was typed; whoever was quicker is not overruled."""
    visit.require(Verb.SETTLE)
    with typed.told("url" if "url" in typed.fields else ""), visit.writing() as session:
        visit.own(session, Delivery, delivery_id)
        act(session)
    if typed.good:
        return visit.back(said, f"/deliveries/{delivery_id}")
    return _story(visit, delivery_id, typed, 409)


def _story(visit: Visit, delivery_id: int, typed: Typed, status: int = 200) -> Response:
    with visit.reading() as session:
        delivery = visit.own(session, Delivery, delivery_id)
        told = story(session, delivery_id)
    return visit.page("delivery.html.j2", status, story=told, delivery=delivery, typed=typed)
