"""How often an hour one address without an account may begin, file or hand a file in."""

import hmac
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.cases.models import Turns
from tinhso.blocks.cases.queries.rules import rules
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

ONE_SUBSCRIBER = 64  # bits of an IPv6 address: the rest is whatever a machine gives itself


@transaction.atomic
def take_turn(*, by: Actor, now: datetime, what: str = "") -> None:
    """Count one more use of the citizens' way in; refuses when there were too many within this hour of the clock.

    Whoever has an account is known and not counted. Counts of former hours are gone. ``what`` keeps a count apart.
    """
    most = rules().front.per_hour
    if by.is_someone or not by.address:
        return
    hour = now.replace(minute=0, second=0, microsecond=0)
    Turns.objects.filter(hour__lt=hour - timedelta(hours=1)).delete()
    mark = _mark(by.address, what)
    Turns.objects.bulk_create([Turns(mark=mark, hour=hour)], ignore_conflicts=True)
    turns = Turns.objects.select_for_update().get(mark=mark, hour=hour)
    if turns.count >= most:
        raise Refused(
            "too_often",
            _("Từ mạng của bạn đã có quá nhiều lần nộp trong giờ này. Hãy thử lại sau, hoặc nộp tại quầy."),
        )
    turns.count += 1
    turns.save(update_fields=["count"])


def must_have_turns(*, by: Actor, now: datetime, what: str) -> None:
    """Refuse an address that has used up its turns of ``what`` within this hour, without counting one more."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    most = rules().front.per_hour
    if by.address and Turns.objects.filter(mark=_mark(by.address, what), hour=hour, count__gte=most).exists():
        raise Refused("too_often", _("Từ mạng của bạn đã có quá nhiều lần thử trong giờ này. Hãy thử lại sau."))


def _mark(address: str, what: str) -> str:
    try:
        found = ip_address(address)
        told = str(ip_network((found, ONE_SUBSCRIBER), strict=False)) if found.version == 6 else address
    except ValueError:
        told = address
    name = f"cases.turns:{what}:{told}" if what else f"cases.turns:{told}"
    return hmac.new(settings.SECRET_KEY.encode(), name.encode(), sha256).hexdigest()
