"""What the operations centre may see of cases: counted from the records, in time."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tinhso.blocks.cases.queries import attention, facts
from tinhso.blocks.indicators.contract import (
    Access,
    AttentionRead,
    Better,
    CounterRead,
    Fact,
    Indicator,
    ReadingKind,
    declare_indicators,
    register_attention,
    register_counters,
    register_facts,
)

BASIS = "Nghị định 224/2026/NĐ-CP, Điều 19; Nghị định 118/2025/NĐ-CP"


@register_facts
def dossiers_as_facts() -> Iterable[Fact]:
    """HS: every case of this system."""
    return [facts.dossiers_fact()]


@register_counters
def dossiers_of_today(units: frozenset[int], now: datetime) -> CounterRead:
    """Filed, received and finished today, and what is late at this moment."""
    return attention.case_counters(units, now)


@register_attention
def late_dossiers(units: frozenset[int], now: datetime, limit: int) -> AttentionRead:
    """Cases of ``units`` that are late, the most overdue first."""
    return attention.late_cases(units, now, limit)


def _case_indicator(code: str, name: str, name_en: str, count: str, method: str, **more: Any) -> Indicator:
    out_of = more.get("out_of", "")
    common: dict[str, Any] = {
        "domain": "dich-vu-cong",
        "fact": facts.CODE,
        "kind": ReadingKind.RATIO if out_of else ReadingKind.SUM,
        "unit_of_measure": "%" if out_of else "hồ sơ",
        "scale": 100 if out_of else 1,
        "decimals": 2 if out_of else 0,
        "source": "Hồ sơ trong hệ thống",
        "agency": "VPUB",
        "better": Better.HIGHER,
        "basis": BASIS,
        "access": (("", Access.PUBLIC),),
        "smallest": 0,
        "by": ("kenh", "agency"),
    }
    return Indicator(code=code, name=name, name_en=name_en, count=count, method=method, **(common | more))


declare_indicators(
    _case_indicator(
        "HS-01",
        "Hồ sơ tiếp nhận trong hệ thống",
        "Dossiers received",
        "received",
        "Đếm hồ sơ được tiếp nhận hợp lệ trong kỳ.",
        better=Better.NONE,
        synonyms=("hồ sơ", "một cửa"),
    ),
    _case_indicator(
        "HS-02",
        "Tỷ lệ hồ sơ nộp trực tuyến",
        "Share of dossiers filed online",
        "filed_online",
        "Chia hồ sơ nộp trực tuyến cho mọi hồ sơ nộp trong kỳ.",
        out_of="filed",
        by=("agency",),
    ),
    _case_indicator(
        "HS-03",
        "Tỷ lệ hồ sơ xử lý xong đúng hạn",
        "Share of dossiers finished in time",
        "on_time",
        "Chia hồ sơ xong không sau giờ hẹn trả (đã trừ thời gian chờ người nộp, đã tính gia hạn) cho hồ sơ xong"
        " có hẹn trả trong kỳ.",
        out_of="promised",
        synonyms=("đúng hạn",),
    ),
    _case_indicator(
        "HS-04",
        "Tỷ lệ hồ sơ xử lý xong trước hạn",
        "Share of dossiers finished early",
        "early",
        "Chia hồ sơ xong trước ngày hẹn trả cho hồ sơ xong có hẹn trả trong kỳ.",
        out_of="promised",
    ),
    _case_indicator(
        "HS-05",
        "Tỷ lệ hồ sơ đến hạn mà quá hạn",
        "Share of due dossiers that missed their promise",
        "missed",
        "Chia hồ sơ chưa xong khi đến giờ hẹn cho hồ sơ đến hạn trong kỳ.",
        out_of="due",
        better=Better.LOWER,
    ),
    _case_indicator(
        "HS-06",
        "Tỷ lệ hồ sơ phải bổ sung",
        "Share of dossiers that had to be supplemented",
        "supplemented",
        "Chia hồ sơ từng bị yêu cầu bổ sung cho hồ sơ tiếp nhận trong kỳ.",
        out_of="received",
        better=Better.LOWER,
    ),
    _case_indicator(
        "HS-07",
        "Hồ sơ không được tiếp nhận",
        "Dossiers declined",
        "declined",
        "Đếm hồ sơ bị từ chối tiếp nhận trong kỳ.",
        better=Better.LOWER,
    ),
    _case_indicator(
        "HS-08",
        "Tỷ lệ người nộp hài lòng",
        "Share of satisfied applicants",
        "satisfied",
        "Chia hồ sơ được 4 hoặc 5 điểm cho hồ sơ được người nộp đánh giá, theo kỳ xử lý xong.",
        out_of="rated",
        synonyms=("hài lòng",),
    ),
    _case_indicator(
        "HS-09",
        "Hồ sơ đã trả kết quả",
        "Dossiers handed out",
        "returned",
        "Đếm hồ sơ đã trả kết quả trong kỳ.",
        better=Better.NONE,
    ),
)
