"""Following indicators: a person's own list, of no consequence to anybody else, so nothing is announced of it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.ioc.models import Favourite
from tinhso.ioc.queries import favourites as queries
from tinhso.ioc.queries.indicators import IndicatorQuery
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

AT_MOST = 30


@transaction.atomic
def follow_indicator(*, asked: IndicatorQuery, by: Actor, now: datetime) -> Favourite:
    """Put an indicator of a unit at the end of what ``by`` follows; once only. Refuses the thirty-first."""
    _must_be_a_reader(by)
    mine = queries.favourites(by)
    favourite = queries.favourite_for(by, asked)
    if favourite is not None:
        return favourite
    if len(mine) >= AT_MOST:
        raise Refused(
            "too_many_favourites", _("Bạn đã theo dõi %(most)s chỉ tiêu; hãy bỏ bớt một chỉ tiêu trước."), most=AT_MOST
        )
    place = mine[-1].position + 1 if mine else 1
    unit_view = asked.seen
    return Favourite.objects.create(
        owner=by.ref,
        indicator=asked.indicator.code,
        member=asked.member_text,
        unit=unit_view.unit.ref,
        basis=unit_view.basis,
        position=place,
        at=now,
    )


@transaction.atomic
def unfollow_indicator(*, pk: int, by: Actor) -> None:
    """Follow an indicator no more; refuses somebody else's entry."""
    queries.own_favourite(pk, of=by).delete()


@transaction.atomic
def move_favourite(*, pk: int, by: Actor, up: bool) -> None:
    """Change places with the entry before it, or after it; the first stays first and the last last."""
    own_favourite, mine = queries.own_favourite(pk, of=by), queries.favourites(by)
    here = mine.index(own_favourite)
    there = here - 1 if up else here + 1
    if 0 <= there < len(mine):
        mine[here], mine[there] = mine[there], mine[here]
    for position, favourite in enumerate(mine, start=1):
        favourite.position = position
    Favourite.objects.bulk_update(mine, ["position"])


def _must_be_a_reader(by: Actor) -> None:
    by.must_be_able_to(SEE_INDICATORS)
    if by.kind != "person":
        raise Refused("not_a_person", _("Chỉ người dùng mới theo dõi được chỉ tiêu."))
