"""How often an hour one address without an account may send something, and ask for a code."""

from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.society.field_reports.models import Turns
from tinhso.society.field_reports.queries import secrets
from tinhso.society.field_reports.queries.rules import rules

ONE_SUBSCRIBER = 64  # bits of an IPv6 address: the rest is whatever a machine gives itself


@transaction.atomic
def take_turn(*, by: Actor, now: datetime) -> None:
    """Count one more use of the way in; refuses when there were too many within this hour of the clock."""
    if by.is_someone or not by.address:
        return
    hour = now.replace(minute=0, second=0, microsecond=0)
    Turns.objects.filter(hour__lt=hour - timedelta(hours=1)).delete()
    mark = secrets.mark("turns", _subscriber(by.address))
    Turns.objects.bulk_create([Turns(mark=mark, hour=hour)], ignore_conflicts=True)
    turns = Turns.objects.select_for_update().get(mark=mark, hour=hour)
    if turns.count >= rules().numbers.per_hour:
        raise Refused("too_often", _("Từ mạng của bạn đã có quá nhiều lần gửi trong giờ này. Hãy gọi đường dây nóng."))
    turns.count += 1
    turns.save(update_fields=["count"])


def _subscriber(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((found, ONE_SUBSCRIBER), strict=False)) if found.version == 6 else address
