"""What forms 01–06 say, from the case's own rows: the same state gives the same document."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from tinhso.blocks.cases.models import Case, Entry
from tinhso.blocks.cases.queries import secrets, slips
from tinhso.blocks.cases.queries.detail import promise_words
from tinhso.blocks.cases.queries.printing import control
from tinhso.blocks.cases.queries.printing.wording import (
    APOLOGY,
    CONTROL,
    DECLINED,
    RECEIPT,
    STOPPED,
    SUPPLEMENT,
    letterhead,
    page_layout,
    sentence_with_names,
    wording_of_form,
)
from tinhso.blocks.documents.contract import (
    Block,
    DashedList,
    Document,
    DocumentTable,
    PageLayout,
    Paragraph,
    QrCodeBlock,
    RemarkBlock,
    SignatureBlock,
    TableColumn,
)
from tinhso.blocks.documents.queries import letters_without_type
from tinhso.kernel import clock
from tinhso.ui.wording import date_text, datetime_text, number_text

TELLS_WHY = (SUPPLEMENT, DECLINED, STOPPED)
MARK_OF_DEMO = "Dữ liệu minh họa"
HANDINGS = (
    TableColumn("Số", wide=5),
    TableColumn("Bên giao", wide=20),
    TableColumn("Bên nhận", wide=20),
    TableColumn("Giờ, phút, ngày", wide=10),
    TableColumn("Kết quả", wide=10),
    TableColumn("Ghi chú", wide=15),
    TableColumn("Bên giao ký", wide=10),
    TableColumn("Bên nhận ký", wide=10),
)


def form_document(case: Case, form: int, entry: Entry, *, verify: str = "") -> Document:
    """A form of a case about ``entry``; ``verify`` is the page where it can be checked. Always in Vietnamese."""
    with translation.override("vi"):
        words, unit = wording_of_form(form), entry.unit or case.receiving_unit
        before = text_in_typeface(sentence_with_names(words.before, unit=unit.name, applicant=case.party.name))
        sentence, facts = [Paragraph(before)] if before else [], _SAYS[form](case, entry)
        reasons = [_reason_list(entry)] if form in TELLS_WHY else []
        blocks = [
            *([*facts, *sentence, *reasons] if reasons else [*sentence, *facts]),
            *(Paragraph(text) for text in words.after),
            *(_tracking_blocks(case) if form == RECEIPT else []),
        ]
        return Document(
            identity=f"case:{case.code}:{form}:{entry.number}",
            kind=words.title,
            subject=text_in_typeface(case.name),
            letterhead=letterhead(unit),
            notation="",
            blocks=tuple(blocks),
            signature=SignatureBlock(words.signs, text_in_typeface(entry.by_name) if words.signs else ""),
            day=clock.local(entry.at).date().isoformat(),
            made_at=entry.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            mark=" · ".join([*([MARK_OF_DEMO] if case.origin == Case.Origin.DEMO else []), f"Mẫu số {form:02d}"]),
            layout=on_its_side(page_layout()) if form == CONTROL else page_layout(),
            verify=verify,
            reference=f"Mã hồ sơ: {case.code}",
        )


def on_its_side(page: PageLayout) -> PageLayout:
    """The page for a wide table: turned, its margins equal, its letters a little smaller."""
    return replace(page, width=page.height, height=page.width, left=page.right, table=min(page.table, 11))


def text_in_typeface(text: str) -> str:
    """Text in letters that the typeface has, so that no machine's own typeface fills in."""
    for letter in letters_without_type(text):
        text = text.replace(letter, "?")
    return text


def _fact_paragraphs(pairs: Mapping[str, str]) -> list[Block]:
    return [Paragraph(text_in_typeface(f"{label}: {value}")) for label, value in pairs.items() if value]


def _procedure_facts(case: Case) -> dict[str, str]:
    option = f", {case.option_name}" if case.option_name else ""
    return {"Thủ tục": f"{case.name} ({case.procedure}){option}"}


def _reason_list(entry: Entry) -> DashedList:
    return DashedList(tuple(text_in_typeface(line.strip()) for line in entry.note.splitlines() if line.strip()))


def _receipt_blocks(case: Case, entry: Entry) -> list[Block]:
    promised = datetime_text(case.first_due_at) if case.first_due_at else promise_words(case)
    unsure = case.provisional and case.due_at == case.first_due_at
    facts = _procedure_facts(case) | {
        "Cách nộp": case.get_channel_display(),
        "Nộp lúc": datetime_text(case.submitted_at),
        "Tiếp nhận lúc": datetime_text(entry.at),
        "Cơ quan giải quyết": case.origin_unit.name,
        "Thời hạn giải quyết": promise_words(case),
        "Hẹn trả kết quả": promised + (" (tạm tính: năm này chưa có bảng ngày nghỉ)" if unsure else ""),
        "Nơi trả kết quả": case.receiving_unit.name,
    }
    blocks = _fact_paragraphs(facts)  # not the note of who received: it is said among colleagues
    paper_texts = tuple(text_in_typeface(_paper_text(paper)) for paper in case.papers if paper.get("given"))
    charged = tuple(text_in_typeface(_charge_text(charge)) for charge in case.charges)
    blocks += [Paragraph("Giấy tờ đã nộp:"), DashedList(paper_texts)] if paper_texts else []
    blocks += [Paragraph("Phí, lệ phí:"), DashedList(charged)] if charged else []
    return blocks


def _paper_text(paper: Mapping[str, object]) -> str:
    counts = {"original": "bản chính", "copy": "bản sao", "electronic": "bản điện tử"}
    text = ", ".join(f"{paper[kind]} {name}" for kind, name in counts.items() if paper.get(kind))
    return f"{paper['name']} ({text})" if text else str(paper["name"])


def _charge_text(charge: Mapping[str, object]) -> str:
    amount = charge.get("amount")
    return f"{charge['name']}: " + ("chưa rõ mức" if amount is None else f"{number_text(amount)} đồng")


def _tracking_blocks(case: Case) -> list[Block]:
    site = settings.PUBLIC_URL.rstrip("/")
    text = f"Theo dõi hồ sơ: quét mã này, hoặc vào {site}{reverse('cases:look')} và ghi mã hồ sơ cùng khóa tra cứu."
    key = Paragraph(f"Khóa tra cứu: {secrets.key_of(case)} (ai có khóa thì xem được hồ sơ).")
    return [key, QrCodeBlock(f"{site}{slips.tracking_address(case)}", text)]


def _moment_paragraphs(case: Case, entry: Entry) -> list[Block]:
    facts = _procedure_facts(case) | {"Nộp lúc": datetime_text(case.submitted_at)}
    if case.received_at is not None and case.received_at <= entry.at:  # what came later is not told: the paper stays
        facts["Tiếp nhận lúc"] = datetime_text(case.received_at)
    return _fact_paragraphs(facts)


def _apology_paragraphs(case: Case, entry: Entry) -> list[Block]:
    extension = case.extensions.filter(at=entry.at).order_by("pk").last()
    days = (
        {"Đã hẹn": datetime_text(extension.was_due_at), "Hẹn lại": datetime_text(extension.due_at)} if extension else {}
    )
    return _fact_paragraphs(_procedure_facts(case) | days | {"Lý do": entry.note})


def _control_blocks(case: Case, entry: Entry) -> list[Block]:
    lines = [line for line in control.handovers_of_case(case) if line.at <= entry.at]
    rows = tuple(
        (
            str(at),
            text_in_typeface(line.giver),
            text_in_typeface(line.taker),
            datetime_text(line.at),
            line.result,
            text_in_typeface(line.note),
            "",
            "",
        )
        for at, line in enumerate(lines, 1)
    )
    promise = {"Tiếp nhận lúc": datetime_text(case.received_at), "Hẹn trả": _promise_text(case)}
    return [
        *_fact_paragraphs(_procedure_facts(case) | {"Cơ quan giải quyết": case.unit.name} | promise),
        DocumentTable("Giao, nhận hồ sơ", HANDINGS, rows),
        RemarkBlock(f"Theo nhật ký hồ sơ đến mục {entry.number}, {datetime_text(entry.at)}."),
    ]


def _promise_text(case: Case) -> str:
    if case.due_at is None:
        return promise_words(case)
    first = f" (hẹn lần đầu {date_text(case.first_due_at)})" if case.first_due_at != case.due_at else ""
    return datetime_text(case.due_at) + first


_SAYS: Mapping[int, Callable[[Case, Entry], list[Block]]] = {
    RECEIPT: _receipt_blocks,
    SUPPLEMENT: _moment_paragraphs,
    DECLINED: _moment_paragraphs,
    APOLOGY: _apology_paragraphs,
    STOPPED: _moment_paragraphs,
    CONTROL: _control_blocks,
}
