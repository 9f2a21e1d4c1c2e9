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
    favourite = Favourite.objects.filter(pk=pk, owner=of.ref).first()
    if favourite is None:
        raise Refused("no_such_favourite", _("Bạn không theo dõi chỉ tiêu này."))
    return favourite


def favourite_for(by: Actor, indicator_query: IndicatorQuery) -> Favourite | None:
    """The entry by which ``by`` follows just this indicator of this unit."""
    unit_view = indicator_query.seen
    return Favourite.objects.filter(
        owner=by.ref,
        indicator=indicator_query.indicator.code,
        member=indicator_query.member_text,
        unit=unit_view.unit.ref,
        basis=unit_view.basis,
    ).first()
