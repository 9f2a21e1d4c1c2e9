"""Makers that read aloud: a report with everything in it, and the body that issues it."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tinhso.blocks.documents.contract import (
    ChartFigure,
    DashedList,
    Document,
    DocumentTable,
    Heading,
    Letterhead,
    Paragraph,
    RemarkBlock,
    SignatureBlock,
    TableColumn,
)
from tinhso.kernel.actor import Actor
from tinhso.ui.plots import ChartMark, bar_chart, line_chart

NOON = datetime(2026, 11, 5, 5, 0, tzinfo=UTC)
RIGHT = "approve bulletins"
CLERK = Actor(ref="person:van-thu", name="Văn thư", everywhere=frozenset({RIGHT}))
LONG = "Tỷ lệ hồ sơ giải quyết đúng hạn đạt 96,17%, tăng 2,3 điểm % so với cùng kỳ năm trước. "


def a_report(**changes: Any) -> Document:
    """A report of a province that does not exist, with every kind of block."""
    report = Document(
        identity="BT-TEST",
        kind="BÁO CÁO",
        subject="Tình hình thực hiện các chỉ tiêu điều hành tháng 10/2026",
        letterhead=Letterhead(body="TRUNG TÂM ĐIỀU HÀNH", place="Hai Sông", above="ỦY BAN NHÂN DÂN\nTỈNH HAI SÔNG"),
        notation="BC-TTĐH",
        blocks=(
            Heading("Kết quả chung"),
            Paragraph(LONG * 4),
            Heading("Chỉ tiêu", level=2),
            DashedList(("Đạt: 12 chỉ tiêu", "Chưa đạt: 3 chỉ tiêu; 5‰ số hộ")),
            a_table(40),
            a_figure(),
            ChartFigure("Xếp hạng các xã", bar_chart([ChartMark("Xã A", Decimal(95), "95%")]), "Xã A: 95%"),
            RemarkBlock("Nguồn: báo cáo định kỳ."),
        ),
        signature=SignatureBlock(("TL. CHỦ TỊCH", "GIÁM ĐỐC"), "Nguyễn Văn Ví Dụ"),
        recipients=("Ủy ban nhân dân tỉnh", "Các sở, ngành", "Lưu: VT, TTĐH"),
        mark="Dữ liệu minh họa",
    )
    return replace(report, **changes)


def a_table(rows: int) -> DocumentTable:
    """A table long enough to break over pages."""
    columns = (
        TableColumn("Chỉ tiêu", wide=30),
        TableColumn("Kỳ này", number=True),
        TableColumn("Kỳ trước", number=True),
    )
    return DocumentTable(
        "Bảng 1. Chỉ tiêu điều hành",
        columns,
        tuple((f"Chỉ tiêu thứ {n}", f"{n},5%", f"{n},1%") for n in range(1, rows + 1)),
        note="Nguồn: báo cáo định kỳ đã công bố.",
    )


def a_figure() -> ChartFigure:
    """Five months with a gap and a figure that is not firm yet."""
    values = (Decimal(91), Decimal("92.5"), None, Decimal(95), Decimal("96.2"))
    marks = [
        ChartMark(f"{month}/2026", value, f"{value}%".replace(".", ","), firm=month < 10)
        for month, value in enumerate(values, 6)
    ]
    scale = [ChartMark("", Decimal(tick), f"{tick}%") for tick in (90, 95, 100)]
    drawing = line_chart(marks, aim=ChartMark("", Decimal(95), "Mục tiêu 95%"), scale=scale)
    return ChartFigure("Tỷ lệ đúng hạn qua các tháng", drawing, "Tỷ lệ tăng từ 91% lên 96,2%", note="Chấm rỗng: sơ bộ.")
