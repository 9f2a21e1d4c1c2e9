"""Lists of givers, as they stand."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.society.support.models import List, Listed
from tinhso.society.support.rights import MANAGE_SUPPORT


def lists_led_by(by: Actor) -> QuerySet[List]:
    """Lists of programmes that ``by`` leads, the newest first."""
    lists = List.objects.select_related("programme").order_by("-at", "-pk")
    return lists if MANAGE_SUPPORT in by.everywhere else lists.filter(programme__unit__in=by.places(MANAGE_SUPPORT))


def readable_list(ref: str, by: Actor) -> List:
    """One of them; refuses all others."""
    list = lists_led_by(by).filter(ref=ref[:24]).first()
    if list is None:
        raise Refused("unknown_list", _("Không có danh sách “%(ref)s”."), ref=ref[:24])
    return list


def list_rows(of: List, *, faulty: bool) -> QuerySet[Listed]:
    """Its rows, or those alone with something wrong."""
    listeds = of.lines.select_related("application").defer("sealed").order_by("number")
    return listeds.exclude(fault="") if faulty else listeds
