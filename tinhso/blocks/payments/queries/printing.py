"""What a receipt and a proof of payment say on paper, from the rows: the same state gives the same document."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime

from django.utils import translation

from tinhso.blocks.documents.contract import (
    Block,
    Document,
    DocumentTable,
    Letterhead,
    PageLayout,
    Paragraph,
    RemarkBlock,
    SignatureBlock,
    TableColumn,
)
from tinhso.blocks.documents.queries import printable_text
from tinhso.blocks.payments.models import CashReceipt, Order, Slip
from tinhso.blocks.payments.queries.vietqr import account_of
from tinhso.blocks.units.queries import place_name
from tinhso.kernel import clock, province
from tinhso.ui.wording import datetime_text, number_text

RECEIPT, PROOF = "PHIẾU THU TIỀN MẶT", "XÁC NHẬN ĐÃ NỘP TIỀN"
UNVERIFIED = "Phiếu của hệ thống, không thay cho biên lai, chứng từ điện tử theo quy định; mẫu chưa được kiểm chứng."
MARK_OF_DEMO = "Dữ liệu minh họa"
COLUMNS = (
    TableColumn("Nội dung", wide=40),
    TableColumn("Căn cứ, lý do", wide=35),
    TableColumn("Số tiền (đồng)", True, wide=15),
)


def last_slip(order: Order, about: str) -> Slip | None:
    """What was printed last of an order (``about`` empty) or of one of its receipts."""
    return order.slips.filter(about=about).order_by("-edition").first()


def receipt_document(receipt: CashReceipt, *, verify: str) -> Document:
    """A receipt of cash; one that was voided says so. Always in Vietnamese."""
    with translation.override("vi"):
        facts = {
            "Số tiền nhận": _money_text(receipt.amount),
            "Thu lúc": datetime_text(receipt.at),
            "Người thu": receipt.by_name,
        }
        if receipt.voided_at is not None:
            voided = f"{datetime_text(receipt.voided_at)}, {receipt.voided_by_name}. Lý do: {receipt.voided_why}"
            facts["ĐÃ HỦY, không còn giá trị"] = voided
        signature = SignatureBlock(("NGƯỜI THU TIỀN",), printable_text(receipt.by_name))
        document = _payment_document(receipt.order, RECEIPT, facts, receipt.at, verify)
        return replace(document, signature=signature, reference=f"Số: {receipt}", identity=f"payments:{receipt.ref}")


def proof_document(order: Order, *, verify: str) -> Document:
    """That all of an order was paid, whichever way, and what of it went back. Always in Vietnamese."""
    with translation.override("vi"):
        receipts = order.receipts.filter(voided_at=None).order_by("pk")
        facts = {
            "Đã nhận": _money_text(order.received),
            "Đã hoàn trả": _money_text(order.refunded) if order.refunded else "",
            "Nộp đủ lúc": datetime_text(order.paid_at),
            "Nộp bằng": str(order.get_channel_display()),
            "Phiếu thu tiền mặt số": ", ".join(map(str, receipts)),
        }
        return _payment_document(order, PROOF, facts, order.paid_at or order.created_at, verify)


def _payment_document(order: Order, kind: str, facts: Mapping[str, str], at: datetime, verify: str) -> Document:
    about = {"Người nộp": order.payer_name, "Mã khoản thu": order.ref}
    lines = tuple(
        (
            printable_text(line.name),
            printable_text(" · ".join(filter(None, (line.source, line.reason)))),
            number_text(line.amount),
        )
        for line in order.lines.all()
    )
    rows = (*lines, ("Tổng phải nộp", "", number_text(order.total)))
    fact_paragraphs: list[Block] = [
        Paragraph(printable_text(f"{name}: {text}")) for name, text in {**about, **facts}.items() if text
    ]
    account = account_of(order.unit)
    return Document(
        identity=f"payments:{order.ref}",
        kind=kind,
        subject=printable_text(order.title),
        letterhead=Letterhead(printable_text(order.unit.name.upper()), printable_text(place_name(order.unit))),
        notation="",
        blocks=(*fact_paragraphs, DocumentTable("Các khoản phải nộp", COLUMNS, rows), RemarkBlock(UNVERIFIED)),
        signature=SignatureBlock(()),
        day=clock.local(at).date().isoformat(),
        made_at=at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        mark=MARK_OF_DEMO if account is not None and account.illustrative else "",
        layout=_document_layout(),
        verify=verify,
        reference=f"Mã khoản thu: {order.ref}",
    )


def _document_layout() -> PageLayout:
    document_settings = province.province_facts().documents
    values = asdict(PageLayout())
    return replace(PageLayout(), **{name: float(value) for name, value in document_settings.items() if name in values})


def _money_text(amount: int) -> str:
    return f"{number_text(amount)} đồng"
