"""Which indicators somebody follows."""

from django.utils.translation import gettext as _

from tinhso.ioc.models import Favourite
from tinhso.ioc.queries.indicators import IndicatorQuery
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


def favourites(by: Actor) -> list[Favourite]:
    """What ``by`` follows, in their own order."""
    return list(Favourite.objects.filter(owner=by.ref))


def own_favourite(pk: int, *, of: Actor) -> Favourite:
    """One of them; refuses somebody else's."""
    found = Favourite.objects.filter(pk=pk, owner=of.ref).first()
    if found is None:
        raise Refused("no_such_favourite", _("Bạn không theo dõi chỉ tiêu này."))
    return found


def favourite_for(by: Actor, asked: IndicatorQuery) -> Favourite | None:
    """The entry by which ``by`` follows just this indicator of this unit."""
    seen = asked.seen
    return Favourite.objects.filter(
        owner=by.ref, indicator=asked.indicator.code, member=asked.member_text, unit=seen.unit.ref, basis=seen.basis
    ).first()
