"""A unit's day: what was ordered, what came by each way according to its papers and to the ledger, and what differs."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, cast

from django.db.models import Aggregate, Count, Q, QuerySet, Sum, Value
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
from tinhso.blocks.payments.queries.orders import start_of_day
from tinhso.blocks.payments.queries.transfers import WAITING
from tinhso.blocks.payments.rights import SEE_PAYMENTS
from tinhso.blocks.units.models import Unit
from tinhso.kernel.actor import Actor

# Ways by which money comes and goes, each with the pot that its ledger side stands in; "" is any that holds money
POTS = {"cash": "cash", "void": "cash", "online": "gateway", "transfer": "bank", "refund": ""}


@dataclass(frozen=True)
class PaymentWay:
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
class PaymentDay:
    """A unit's day as it stands now, or as it was signed; ``cash`` is what the ledger expects in the drawer."""

    unit: Unit
    day: date
    orders: int
    ordered: int
    ways: tuple[PaymentWay, ...]
    differences: tuple[Difference, ...]
    count: CashCount | None
    cash: int
    closing: Closing | None = None

    @property
    def figures(self) -> dict[str, Any]:
        """What is signed."""
        return {"orders": self.orders, "ordered": self.ordered, "ways": [asdict(way) for way in self.ways]}


def day_of(unit: Unit, day: date) -> PaymentDay:
    """Compare a day; a closed one is shown as it was signed."""
    closing = Closing.objects.filter(unit=unit, day=day).first()
    if closing is not None:
        figures = closing.figures
        ways = tuple(PaymentWay(**way) for way in figures["ways"])
        differences = tuple(Difference(**difference) for difference in closing.differences)
        count, cash = last_count(unit, day), cash_of(unit, day)
        return PaymentDay(unit, day, figures["orders"], figures["ordered"], ways, differences, count, cash, closing)
    papers, ledger, count = _paper_tallies(unit, day), _day_ledger(unit, day), last_count(unit, day)
    ways = tuple(_payment_ways(papers, ledger))
    is_covered = papers["statements"].count > 0
    differences = (
        *_of_the_ledger(ways),
        *_of_cash(ledger, count),
        *_of_the_bank(unit, day, is_covered=is_covered),
        *_of_the_gateway(papers["silent"]),
    )
    return PaymentDay(unit, day, papers["orders"].count, papers["orders"].amount, ways, differences, count, ledger.cash)


@dataclass(frozen=True)
class MoneyTally:
    """How many there are, and their đồng."""

    count: int = 0
    amount: int = 0


@dataclass(frozen=True)
class DayLedger:
    """What was booked on a day: đồng by kind of posting and pot."""

    booked: Mapping[tuple[str, str], int]

    @property
    def cash(self) -> int:
        """What the drawer should hold more at the end of the day than at its beginning."""
        return sum(amount for (_kind, pot), amount in self.booked.items() if pot == Entry.Pot.CASH)

    @property
    def has_cash(self) -> bool:
        """Whether any cash was booked."""
        return any(pot == Entry.Pot.CASH for _kind, pot in self.booked)

    def of(self, kind: str, pot: str) -> int:
        """What came or went by one kind in one pot; in every pot that holds money where none is named."""
        pots = {pot} if pot else set(Entry.Pot.values) - {Entry.Pot.ORDERS}
        return abs(sum(amount for (of, where), amount in self.booked.items() if of == kind and where in pots))


def _paper_tallies(unit: Unit, day: date) -> Mapping[str, MoneyTally]:
    """Orders of a day, papers that were booked on it by their way, tries without an answer, statements: one read."""

    def sources(kind: str) -> QuerySet[Any]:
        return Posting.objects.filter(unit=unit, day=day, kind=kind).values("source")

    def tally(code: str, found: QuerySet[Any], amount: Aggregate) -> QuerySet[Any]:
        rows: QuerySet[Any] = found.order_by().annotate(code=Value(code)).values("code")
        return cast("QuerySet[Any]", rows.annotate(count=Count("pk"), sum=amount).values_list("code", "count", "sum"))

    begin, end, tries = start_of_day(day), start_of_day(day + timedelta(days=1)), Attempt.objects.all()
    orders = Order.objects.filter(unit=unit, created_at__gte=begin, created_at__lt=end)
    void = CashReceipt.objects.filter(ref__in=sources("void"), voided_at__isnull=False)
    silent = tries.filter(order__unit=unit, state="started", started_at__gte=begin, started_at__lt=end)
    covering = Statement.objects.filter(account__unit=unit, state="done", first_day__lte=day, last_day__gte=day)
    rows = tally("orders", orders, Sum("total")).union(
        tally("cash", CashReceipt.objects.filter(ref__in=sources("cash")), Sum("amount")),
        tally("void", void, Sum("amount")),
        tally("online", tries.filter(txn_ref__in=sources("online"), state="confirmed"), Sum("amount")),
        tally("transfer", Transfer.objects.filter(ref__in=sources("transfer")), Sum("amount")),
        tally("refund", Refund.objects.filter(ref__in=sources("refund"), state="paid"), Sum("amount")),
        tally("silent", silent, Sum("amount")),
        tally("statements", covering, Count("pk")),
        all=True,
    )
    return defaultdict(MoneyTally, {code: MoneyTally(count, amount or 0) for code, count, amount in rows})


def _day_ledger(unit: Unit, day: date) -> DayLedger:
    rows = Entry.objects.filter(posting__unit=unit, posting__day=day).order_by().values_list("posting__kind", "pot")
    return DayLedger({(kind, pot): amount for kind, pot, amount in rows.annotate(sum=Sum("amount"))})


def _payment_ways(papers: Mapping[str, MoneyTally], ledger: DayLedger) -> Iterator[PaymentWay]:
    """Papers that were booked on this day, beside what the ledger took from them."""
    for code, pot in POTS.items():
        yield PaymentWay(code, papers[code].count, papers[code].amount, ledger.of(code, pot))


def cash_of(unit: Unit, day: date) -> int:
    """What the drawer should hold more at the end of a day than at its beginning."""
    return _day_ledger(unit, day).cash


def last_count(unit: Unit, day: date) -> CashCount | None:
    """The count that holds: the last of the day."""
    return CashCount.objects.filter(unit=unit, day=day).order_by("-pk").first()


def _of_the_ledger(ways: tuple[PaymentWay, ...]) -> Iterator[Difference]:
    for way in ways:
        if way.papers != way.ledger:
            yield Difference(
                "ledger", _("Chứng từ và sổ không bằng nhau: %(way)s") % {"way": way.code}, way.papers - way.ledger
            )


def _of_the_gateway(silent: MoneyTally) -> Iterator[Difference]:
    if silent.count:
        words = _("%(count)s lần sang cổng thanh toán mà cổng chưa báo kết quả") % {"count": silent.count}
        yield Difference("gateway_silent", words, silent.amount)


def _of_cash(ledger: DayLedger, count: CashCount | None) -> Iterator[Difference]:
    if count is None:
        if ledger.has_cash:
            yield Difference("cash_not_counted", _("Chưa kiểm quỹ tiền mặt"), ledger.cash)
    elif count.counted != ledger.cash:
        yield Difference("cash_differs", _("Tiền đếm được khác sổ quỹ"), count.counted - ledger.cash)


def _of_the_bank(unit: Unit, day: date, *, is_covered: bool) -> Iterator[Difference]:
    wishes = {"all": Q(), "noticed": Q(statement=None)}
    for state in WAITING:
        waits = Q(order__state__in=["part", "over"]) if state in ("under", "over") else Q()
        wishes[state] = Q(state=state) & waits
    arrived = Transfer.objects.filter(account__unit=unit, day=day).aggregate(
        **{f"{name}_count": Count("pk", filter=wish) for name, wish in wishes.items()},
        **{f"{name}_sum": Sum("amount", filter=wish) for name, wish in wishes.items()},
    )
    if arrived["noticed_count"]:
        words = _("%(count)s khoản ngân hàng đã báo nhưng chưa có trong sao kê") % {"count": arrived["noticed_count"]}
        yield Difference("not_in_statement", words, arrived["noticed_sum"])
    for state in WAITING:
        if count := arrived[f"{state}_count"]:
            words = _("%(count)s khoản chuyển %(state)s")
            label = str(Transfer.State(state).label)
            yield Difference(f"transfer_{state}", words % {"count": count, "state": label}, arrived[f"{state}_sum"])
    if arrived["all_count"] and not is_covered:
        yield Difference("no_statement", _("Chưa nhập sao kê của ngày này"))


def booked_days(actor: Actor, *, limit: int = 60) -> list[tuple[Unit, date, Closing | None]]:
    """The days on which something was booked where ``actor`` may see payments, newest first, with their signing."""
    postings = (
        Posting.objects.all()
        if SEE_PAYMENTS in actor.everywhere
        else Posting.objects.filter(unit__in=actor.places(SEE_PAYMENTS))
    )
    pairs = list(postings.order_by("-day", "unit").values_list("unit", "day").distinct()[:limit])
    units = Unit.objects.in_bulk({unit for unit, _day in pairs})
    closed = {(closing.unit_id, closing.day): closing for closing in Closing.objects.filter(unit__in=units)}
    return [(units[unit], day, closed.get((unit, day))) for unit, day in pairs]
