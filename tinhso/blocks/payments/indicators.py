"""What the operations centre may see of payments: counted from the orders themselves."""

from collections.abc import Iterable
from typing import Any

from tinhso.blocks.indicators.contract import Better, Fact, Indicator, ReadingKind, declare_indicators, register_facts
from tinhso.blocks.payments.queries import facts


@register_facts
def orders_as_facts() -> Iterable[Fact]:
    """THU-PHI: orders by unit, month and way of paying."""
    return [facts.orders_fact()]


def _payment_indicator(code: str, name: str, name_en: str, count: str, method: str, **more: Any) -> Indicator:
    out_of = more.get("out_of", "")
    common: dict[str, Any] = {
        "domain": "dich-vu-cong",
        "fact": facts.CODE,
        "kind": ReadingKind.RATIO if out_of else ReadingKind.SUM,
        "unit_of_measure": "%" if out_of else "khoản thu",
        "scale": 100 if out_of else 1,
        "decimals": 2 if out_of else 0,
        "source": "Các khoản thu trong hệ thống",
        "agency": "VPUB",
        "better": Better.HIGHER if out_of else Better.NONE,
        "smallest": 0,
    }
    return Indicator(code=code, name=name, name_en=name_en, count=count, method=method, **(common | more))


declare_indicators(
    _payment_indicator(
        "THU-01",
        "Khoản thu phí, lệ phí đã lập",
        "Fee orders placed",
        "orders",
        "Đếm khoản thu lập trong kỳ, trừ khoản đã hủy.",
        by=("channel",),
        synonyms=("phí", "lệ phí", "thanh toán"),
    ),
    _payment_indicator(
        "THU-02",
        "Tỷ lệ khoản thu đã nộp đủ",
        "Share of orders paid",
        "paid",
        "Chia khoản thu đã nộp đủ cho khoản thu lập trong kỳ, trừ khoản đã hủy.",
        out_of="orders",
    ),
    _payment_indicator(
        "THU-03",
        "Tỷ lệ nộp phí, lệ phí không dùng tiền mặt",
        "Share of orders paid without cash",
        "cashless",
        "Chia khoản nộp qua cổng thanh toán hoặc chuyển khoản cho mọi khoản đã nộp bằng tiền, theo kỳ lập.",
        out_of="paid_with_money",
        synonyms=("thanh toán trực tuyến", "không tiền mặt"),
    ),
    _payment_indicator(
        "THU-04",
        "Tỷ lệ khoản thu nộp đúng hạn",
        "Share of orders paid in time",
        "in_time",
        "Chia khoản nộp đủ không sau hạn cho khoản thu lập trong kỳ, trừ khoản đã hủy.",
        out_of="orders",
    ),
    _payment_indicator(
        "THU-05",
        "Số tiền phí, lệ phí đã thu",
        "Fees and charges collected",
        "collected",
        "Cộng tiền đã nhận trừ tiền đã hoàn trả của các khoản thu lập trong kỳ.",
        unit_of_measure="đồng",
        by=("channel",),
    ),
    _payment_indicator(
        "THU-06",
        "Tỷ lệ khoản thu phải hoàn trả",
        "Share of orders with a refund",
        "refunds",
        "Chia khoản thu có hoàn trả cho khoản thu lập trong kỳ, trừ khoản đã hủy.",
        out_of="orders",
        better=Better.LOWER,
    ),
)
