"""A unit's day: what was ordered, what came by each way according to its papers and to the ledger, and what differs."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _

from tinhso.blocks.payments.models import (
    Attempt,
    CashCount,
    CashReceipt,
    Closing,
    Entry,
    Order,
    Posting,
    Refund,
    Statement,
    Transfer,
)
from tinhso.blocks.payments.queries.orders import RIGHT, midnight
from tinhso.blocks.payments.queries.transfers import WAITING
from tinhso.blocks.units.models import Unit
from tinhso.kernel.actor import Actor


@dataclass(frozen=True)
class Way:
    """One way of a day: how many papers, their đồng, and what the ledger says."""

    code: str
    count: int
    papers: int
    ledger: int


@dataclass(frozen=True)
class Difference:
    """Something that does not agree, with the đồng it is about (0 where it is about none)."""

    code: str
    words: str
    amount: int = 0


@dataclass(frozen=True)
class Day:
    """A unit's day as it stands now, or as it was signed."""

    unit: Unit
    day: date
    orders: int
    ordered: int
    ways: tuple[Way, ...]
    differences: tuple[Difference, ...]
    closing: Closing | None = None

    @property
    def figures(self) -> dict[str, Any]:
        """What is signed."""
        return {"orders": self.orders, "ordered": self.ordered, "ways": [asdict(way) for way in self.ways]}


def day_of(unit: Unit, day: date) -> Day:
    """Compare a day; a closed one is shown as it was signed."""
    closing = Closing.objects.filter(unit=unit, day=day).first()
    if closing is not None:
        told = closing.figures
        ways = tuple(Way(**way) for way in told["ways"])
        differences = tuple(Difference(**one) for one in closing.differences)
        return Day(unit, day, told["orders"], told["ordered"], ways, differences, closing)
    placed = Order.objects.filter(unit=unit, created_at__gte=midnight(day), created_at__lt=_end(day))
    total = placed.aggregate(count=Count("pk"), sum=Sum("total"))
    ways = tuple(_ways(unit, day))
    return Day(unit, day, total["count"], total["sum"] or 0, ways, tuple(_differences(unit, day, ways)))


def _end(day: date) -> Any:
    return midnight(day + timedelta(days=1))


def _ways(unit: Unit, day: date) -> Iterator[Way]:
    """Papers that were booked on this day, beside what the ledger took from them."""
    sources = {
        kind: Posting.objects.filter(unit=unit, day=day, kind=kind).values("source") for kind in Posting.Kind.values
    }
    papers: Mapping[str, tuple[str, QuerySet[Any], str]] = {
        "cash": ("cash", CashReceipt.objects.filter(ref__in=sources["cash"]), "cash"),
        "void": ("cash", CashReceipt.objects.filter(ref__in=sources["void"], voided_at__isnull=False), "void"),
        "online": ("gateway", Attempt.objects.filter(txn_ref__in=sources["online"], state="confirmed"), "online"),
        "transfer": ("bank", Transfer.objects.filter(ref__in=sources["transfer"]), "transfer"),
        "refund": ("", Refund.objects.filter(ref__in=sources["refund"], state="paid"), "refund"),
    }
    for code, (pot, found, kind) in papers.items():
        told = found.aggregate(count=Count("pk"), sum=Sum("amount"))
        booked = Entry.objects.filter(posting__unit=unit, posting__day=day, posting__kind=kind)
        booked = booked.filter(pot=pot) if pot else booked.exclude(pot="orders")
        yield Way(code, told["count"], told["sum"] or 0, abs(booked.aggregate(sum=Sum("amount"))["sum"] or 0))


def cash_of(unit: Unit, day: date) -> int:
    """What the drawer should hold more at the end of a day than at its beginning."""
    moved = Entry.objects.filter(posting__unit=unit, posting__day=day, pot=Entry.Pot.CASH)
    return moved.aggregate(sum=Sum("amount"))["sum"] or 0


def last_count(unit: Unit, day: date) -> CashCount | None:
    """The count that holds: the last of the day."""
    return CashCount.objects.filter(unit=unit, day=day).order_by("-pk").first()


def _differences(unit: Unit, day: date, ways: tuple[Way, ...]) -> Iterator[Difference]:
    for way in ways:
        if way.papers != way.ledger:
            yield Difference("ledger", _("Chứng từ và sổ không bằng nhau: %(way)s") % {"way": way.code},
                             way.papers - way.ledger)  # fmt: skip
    yield from _cash(unit, day)
    yield from _bank(unit, day)
    started = Attempt.objects.filter(
        order__unit=unit, state="started", started_at__gte=midnight(day), started_at__lt=_end(day)
    )
    told = started.aggregate(count=Count("pk"), sum=Sum("amount"))
    if told["count"]:
        words = _("%(count)s lần sang cổng thanh toán mà cổng chưa báo kết quả") % {"count": told["count"]}
        yield Difference("gateway_silent", words, told["sum"])


def _cash(unit: Unit, day: date) -> Iterator[Difference]:
    expected, count = cash_of(unit, day), last_count(unit, day)
    if count is None:
        if Entry.objects.filter(posting__unit=unit, posting__day=day, pot=Entry.Pot.CASH).exists():
            yield Difference("cash_not_counted", _("Chưa kiểm quỹ tiền mặt"), expected)
    elif count.counted != expected:
        yield Difference("cash_differs", _("Tiền đếm được khác sổ quỹ"), count.counted - expected)


def _bank(unit: Unit, day: date) -> Iterator[Difference]:
    arrived = Transfer.objects.filter(account__unit=unit, day=day)
    noticed = arrived.filter(statement=None).aggregate(count=Count("pk"), sum=Sum("amount"))
    if noticed["count"]:
        words = _("%(count)s khoản ngân hàng đã báo nhưng chưa có trong sao kê") % {"count": noticed["count"]}
        yield Difference("not_in_statement", words, noticed["sum"])
    for state in WAITING:
        found = arrived.filter(state=state)
        if state in ("under", "over"):
            found = found.filter(order__state__in=["part", "over"])
        told = found.aggregate(count=Count("pk"), sum=Sum("amount"))
        if told["count"]:
            words = _("%(count)s khoản chuyển %(state)s")
            label = str(Transfer.State(state).label)
            yield Difference(f"transfer_{state}", words % {"count": told["count"], "state": label}, told["sum"])
    covered = Statement.objects.filter(account__unit=unit, state="done", first_day__lte=day, last_day__gte=day).exists()
    if not covered and arrived.exists():
        yield Difference("no_statement", _("Chưa nhập sao kê của ngày này"))


def days(actor: Actor, *, limit: int = 60) -> list[tuple[Unit, date, Closing | None]]:
    """The days on which something was booked where ``actor`` may see payments, newest first, with their signing."""
    found = Posting.objects.all() if RIGHT in actor.everywhere else Posting.objects.filter(unit__in=actor.places(RIGHT))
    pairs = list(found.order_by("-day", "unit").values_list("unit", "day").distinct()[:limit])
    units = Unit.objects.in_bulk({unit for unit, _day in pairs})
    closed = {(one.unit_id, one.day): one for one in Closing.objects.filter(unit__in=units)}
    return [(units[unit], day, closed.get((unit, day))) for unit, day in pairs]
