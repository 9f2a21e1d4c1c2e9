"""Plausible orders of a demo province from a fixed seed, paid by every way, some with trouble; all marked by the demo's
own notice, on accounts that are marked as illustrative."""

from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from tinhso.blocks.outbox.rights import OPERATE_SYSTEM
from tinhso.blocks.payments import services
from tinhso.blocks.payments.contract import OrderCharge, OrderLineKind, Relief
from tinhso.blocks.payments.models import Account, Order
from tinhso.blocks.payments.rights import HEAR_BANKS, ORDER_PAYMENTS, OVERSEE_PAYMENTS, SEE_PAYMENTS, TAKE_PAYMENTS
from tinhso.blocks.payments.services.transfers import ArrivedTransfer
from tinhso.kernel import clock, province
from tinhso.kernel.actor import Actor, program_actor

ABOUT = "MH-"
A_UNIT = 24
DAYS = 45
SOURCE = "mức thu minh họa"
FEES = (
    ("Lệ phí đăng ký kinh doanh hộ", OrderLineKind.CHARGE, 100_000),
    ("Phí cấp bản sao trích lục hộ tịch", OrderLineKind.FEE, 8_000),
    ("Lệ phí cấp giấy phép xây dựng nhà ở riêng lẻ", OrderLineKind.CHARGE, 75_000),
    ("Phí thẩm định hồ sơ đất đai", OrderLineKind.FEE, 650_000),
    ("Phí chứng thực bản sao", OrderLineKind.FEE, 24_000),
)
PAYERS = ("Nguyễn Văn Minh Họa", "Trần Thị Thí Dụ", "Lê Văn Mẫu", "Phạm Thị Giả Định", "Hộ kinh doanh Minh Họa")
RELIEF = Relief("Miễn lệ phí", 0, "Hộ nghèo", "nghị quyết minh họa của Hội đồng nhân dân tỉnh")
RIGHTS = [ORDER_PAYMENTS, TAKE_PAYMENTS, OVERSEE_PAYMENTS, SEE_PAYMENTS, HEAR_BANKS]
CLERK, HEAD = program_actor("demo-cashier", rights=RIGHTS), program_actor("demo-head", rights=RIGHTS)


@transaction.atomic
def load(*, by: Actor, now: datetime) -> int:
    """Make the orders once; returns how many, 0 when they are there or the province has no account."""
    by.must_be_able_to(OPERATE_SYSTEM)
    accounts = list(Account.objects.filter(effective__contains=clock.local(now).date()).select_related("unit"))
    if not accounts or Order.objects.filter(about__startswith=ABOUT).exists():
        return 0
    draw = Random(province.province_facts().demo.seed)
    moments = sorted(now - timedelta(minutes=draw.randint(30, DAYS * 24 * 60)) for _index in range(A_UNIT))
    order_count = 0
    for at, account in enumerate(accounts):
        for number, moment in enumerate(moments):
            _one_order(account, f"{ABOUT}{at + 1}-{number + 1:03}", moment, now, draw)
            order_count += 1
        _lost_money(account, now, draw)
    services.expire_due(by=CLERK, now=now)
    return order_count


def _one_order(account: Account, about: str, moment: datetime, now: datetime, draw: Random) -> None:
    name, kind, amount = draw.choice(FEES)
    reliefs = [Relief(RELIEF.name, amount, RELIEF.reason, RELIEF.source)] if draw.random() < 0.08 else []
    order = services.place_order(
        about=about,
        title=name,
        unit=account.unit,
        charges=[OrderCharge(name, amount, kind, SOURCE)],
        reliefs=reliefs,
        payer_name=draw.choice(PAYERS),
        by=CLERK,
        now=moment,
    )
    if order.is_settled:
        return
    paid_at = min(now, moment + timedelta(minutes=draw.randint(5, 3 * 24 * 60)))
    way = draw.choices(("cash", "transfer", "over", "under", "wait", "refund"), (30, 45, 4, 4, 12, 5))[0]
    if way in ("cash", "refund"):
        services.take_cash(ref=order.ref, amount=order.total, by=CLERK, now=paid_at)
    elif way != "wait":
        extra = {"over": 10_000, "under": -min(5_000, amount // 2)}.get(way, 0)
        _hear_transfer(account, f"{order.content} nop phi", amount + extra, paid_at, f"MH{about}")
    if way == "refund":
        services.ask_refund(
            ref=order.ref, amount=order.total, why="Người nộp rút hồ sơ (minh họa)", by=CLERK, now=paid_at
        )


def _lost_money(account: Account, now: datetime, draw: Random) -> None:
    for number, words in enumerate(("nop phi ho so", "chuyen tien le phi")):
        moment = now - timedelta(hours=draw.randint(2, 60))
        _hear_transfer(account, words, draw.choice((8_000, 24_000, 100_000)), moment, f"MHLAC{account.pk}-{number}")


def _hear_transfer(account: Account, content: str, amount: int, moment: datetime, bank_ref: str) -> None:
    arrived = ArrivedTransfer(bank_ref, clock.local(moment).date(), amount, content, "NGUOI NOP MINH HOA")
    services.hear_bank(bank_bin=account.bank_bin, number=account.number, arrived=arrived, by=CLERK, now=moment)
