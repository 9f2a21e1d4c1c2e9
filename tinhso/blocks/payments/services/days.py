"""Signing a day off: compared under the unit's lock, kept as it was, never booked on again."""

from dataclasses import asdict
from datetime import date, datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.payments import events
from tinhso.blocks.payments.models import Closing
from tinhso.blocks.payments.queries import days as queries
from tinhso.blocks.payments.rights import OVERSEE_PAYMENTS
from tinhso.blocks.payments.services.ledger import DAYS
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


@transaction.atomic
def close_day(*, unit: Unit, day: date, explained: str = "", by: Actor, now: datetime) -> Closing:
    """Sign a day off. What comes afterwards is booked on the next day; a correction is a new entry there.

    Refuses a day to come, one that is closed, and differences that nobody explains.
    """
    by.must_be_able_to(OVERSEE_PAYMENTS, at=unit)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [DAYS, unit.pk])
    if day > clock.local(now).date():
        raise Refused("day_to_come", _("Chưa đến ngày này nên chưa chốt được."))
    payment_day = queries.day_of(unit, day)
    if payment_day.closing is not None:
        raise Refused("closed_already", _("Ngày này đã chốt; điều chỉnh là bút toán mới của ngày sau."))
    if payment_day.differences and not explained.strip():
        raise Refused("not_explained", _("Còn chênh lệch. Hãy xử lý hoặc ghi giải trình rồi chốt."))
    closing = Closing.objects.create(
        unit=unit,
        day=day,
        figures=payment_day.figures,
        differences=[asdict(difference) for difference in payment_day.differences],
        explained=explained.strip(),
        at=now,
        by=by.ref,
        by_name=by.name,
    )
    audit.record(
        by=by, did="closed day", to=closing, after={"day": day.isoformat(), "unit": unit.ref, **payment_day.figures}
    )
    outbox.emit(events.DayClosed(unit=unit.ref, day=day.isoformat(), differences=len(payment_day.differences)))
    return closing
