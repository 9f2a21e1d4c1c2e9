"""Orders as facts: what was asked for in each month, by the unit that takes it, and how much of it came which way."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Dimension, Fact, FactColumn, Member, Record, RecordQuery
from tinhso.blocks.payments.models import Order
from tinhso.blocks.payments.queries.orders import start_of_day
from tinhso.kernel import clock, periods

CODE = "THU-PHI"
OPEN = "chua-nop"
LOCAL = "one.created_at AT TIME ZONE 'Asia/Ho_Chi_Minh'"
CHANNEL = "CASE one.channel WHEN '' THEN 'chua-nop' ELSE one.channel END"
# An order counts in the month in which it was placed; the running month is preliminary.
FROM = "FROM payments_order one JOIN units_unit unit ON unit.id = one.unit_id WHERE one.state <> 'cancelled'"
THIS_MONTH = "to_char(now() AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM')"
STATUS = f"CASE WHEN to_char({LOCAL}, 'YYYY-MM') >= {THIS_MONTH} THEN 2 ELSE 3 END"
ROWS = f"""
    SELECT unit.ref AS unit, to_char({LOCAL}, 'YYYY-MM') AS month, {CHANNEL} AS channel,
           count(*) AS orders,
           count(*) FILTER (WHERE one.state IN ('paid', 'over')) AS paid,
           count(*) FILTER (WHERE one.state IN ('paid', 'over') AND one.total > 0) AS paid_with_money,
           count(*) FILTER (WHERE one.state IN ('paid', 'over') AND one.channel IN ('online', 'transfer')) AS cashless,
           count(*) FILTER (WHERE one.state IN ('paid', 'over') AND one.paid_at <= one.due_at) AS in_time,
           count(*) FILTER (WHERE one.refunded > 0) AS refunds,
           sum(one.total)::bigint AS asked,
           sum(one.received - one.refunded)::bigint AS collected,
           min({STATUS}) AS status,
           max(greatest(one.created_at, coalesce(one.paid_at, one.created_at))) AS true_for
    {FROM}
    GROUP BY 1, 2, 3
"""
PRINTS = f"""
    SELECT to_char({LOCAL}, 'YYYY-MM') AS month,
           min({STATUS}) || md5(string_agg(concat_ws('.', one.id, one.state, one.channel, one.total, one.received,
                                                     one.refunded), ',' ORDER BY one.id)) AS fingerprint
    {FROM}
    GROUP BY 1
"""


def orders_fact() -> Fact:
    """Orders that were not cancelled, by unit, month of placing and the way they were paid."""
    orders, money = _("khoản thu"), _("đồng")

    def column(code: str, name: str, name_en: str, unit: str) -> FactColumn:
        return FactColumn(code, name, name_en, unit_of_measure=unit)

    english = {"online": "Payment gateway", "cash": "Cash", "transfer": "Bank transfer", "none": "Nothing due"}
    members = tuple(Member(way.value, str(way.label), english[way.value]) for way in Order.Channel)
    return Fact(
        code=CODE,
        name=_("Thu phí, lệ phí"),
        name_en="Fees and charges",
        select=ROWS,
        fingerprints=PRINTS,
        columns=(
            column("orders", _("Khoản thu đã lập"), "Orders placed", orders),
            column("paid", _("Khoản thu đã nộp đủ"), "Orders paid", orders),
            column("paid_with_money", _("Khoản thu nộp bằng tiền"), "Orders paid with money", orders),
            column("cashless", _("Khoản thu nộp không dùng tiền mặt"), "Orders paid without cash", orders),
            column("in_time", _("Khoản thu nộp đúng hạn"), "Orders paid in time", orders),
            column("refunds", _("Khoản thu có hoàn trả"), "Orders with a refund", orders),
            column("asked", _("Số tiền phải thu"), "Amount asked for", money),
            column("collected", _("Số tiền đã thu"), "Amount collected", money),
        ),
        dims=(
            Dimension("channel", _("Cách nộp"), "Way of paying", (*members, Member(OPEN, _("chưa nộp"), "Not paid"))),
        ),
        domain="dich-vu-cong",
        agency="VPUB",
        records=order_records,
    )


def order_records(record_query: RecordQuery) -> Sequence[Record]:
    """The orders behind a number, the newest first; names of payers stay out."""
    orders = (
        Order.objects.filter(unit__ref__in=record_query.units)
        .exclude(state=Order.State.CANCELLED)
        .select_related("unit")
    )
    spans = [periods.parse(month) for month in record_query.months]
    orders = orders.filter(
        created_at__gte=start_of_day(min(span.start for span in spans)),
        created_at__lt=_end_of_day(max(span.end for span in spans)),
    )
    for _dim, code in record_query.members:
        orders = orders.filter(channel="" if code == OPEN else code)
    if record_query.since is not None:
        orders = orders.filter(created_at__gt=record_query.since)
    return [_order_record(order) for order in orders.order_by("-created_at")[: record_query.limit]]


def _end_of_day(day: date) -> datetime:
    return start_of_day(day + timedelta(days=1))


def _order_record(order: Order) -> Record:
    return Record(
        title=f"{order.ref} {order.title}",
        href=reverse("payments:order", args=[order.ref]),
        unit=order.unit.name,
        period=clock.local(order.created_at).strftime("%Y-%m"),
        status="official",
        as_of=order.paid_at or order.created_at,
        by=order.created_by_name,
        values=((_("Phải nộp"), f"{order.total}"), (_("Trạng thái"), str(order.get_state_display()))),
    )
