"""Rights, and finding firms."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from tinhso.economy.enterprises.models import Firm
from tinhso.economy.enterprises.rights import SEE_ENTERPRISES
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

ALIVE = Q(removed=False, ended_on__isnull=True)


def within_reach(by: Actor) -> Q:
    """Records of the units whose enterprises ``by`` may see."""
    return Q() if SEE_ENTERPRISES in by.everywhere else Q(unit__in=by.places(SEE_ENTERPRISES))


def visible_firm(ref: str, by: Actor) -> Any:
    """One firm that ``by`` may see; refuses others as unknown."""
    firm = Firm.objects.filter(within_reach(by), ref=ref[:40], removed=False).select_related("unit").first()
    if firm is None:
        raise Refused("unknown_record", _("Không có bản ghi “%(ref)s”."), ref=ref[:40])
    return firm
