"""How often somebody may do something within an hour, whoever they are: by key, by address, by mailbox."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.kernel.errors import Refused
from tinhso.society.field_reports.models import Turns
from tinhso.society.field_reports.queries import secrets


@transaction.atomic
def at_most(*, what: str, who: str, most: int, now: datetime) -> None:
    """Count one more of ``what`` by ``who``; refuses when there were ``most`` within this hour of the clock."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    Turns.objects.filter(hour__lt=hour - timedelta(hours=1)).delete()
    mark = secrets.mark(what, who)
    Turns.objects.bulk_create([Turns(mark=mark, hour=hour)], ignore_conflicts=True)
    turns = Turns.objects.select_for_update().get(mark=mark, hour=hour)
    if turns.count >= most:
        raise Refused("too_often", _("Đã gửi quá nhiều lần trong giờ này. Hãy thử lại sau."))
    turns.count += 1
    turns.save(update_fields=["count"])
