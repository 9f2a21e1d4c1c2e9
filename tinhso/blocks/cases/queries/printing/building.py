"""What forms 01–06 say, from the dossier's own rows: the same state gives the same document."""

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
    measures,
    said,
    wording,
)
from tinhso.blocks.documents.contract import (
    Block,
    Code,
    Column,
    Document,
    Items,
    Layout,
    Note,
    Paragraph,
    Signature,
    Table,
)
from tinhso.blocks.documents.queries import letters_without_type
from tinhso.kernel import clock
from tinhso.ui.wording import date_text, datetime_text, number_text

TELLS_WHY = (SUPPLEMENT, DECLINED, STOPPED)
MARK_OF_DEMO = "Dữ liệu minh họa"
HANDINGS = (
    Column("Số", wide=5),
    Column("Bên giao", wide=20),
    Column("Bên nhận", wide=20),
    Column("Giờ, phút, ngày", wide=10),
    Column("Kết quả", wide=10),
    Column("Ghi chú", wide=15),
    Column("Bên giao ký", wide=10),
    Column("Bên nhận ký", wide=10),
)


def document(case: Case, form: int, entry: Entry, *, verify: str = "") -> Document:
    """A form of a dossier about ``entry``; ``verify`` is the page where it can be checked. Always in Vietnamese."""
    with translation.override("vi"):
        words, unit = wording(form), entry.unit or case.receiving_unit
        before = shown(said(words.before, unit=unit.name, applicant=case.party.name))
        sentence, facts = [Paragraph(before)] if before else [], _SAYS[form](case, entry)
        reasons = [_reasons(entry)] if form in TELLS_WHY else []
        blocks = [
            *([*facts, *sentence, *reasons] if reasons else [*sentence, *facts]),
            *(Paragraph(text) for text in words.after),
            *(_tracking(case) if form == RECEIPT else []),
        ]
        return Document(
            identity=f"case:{case.code}:{form}:{entry.number}",
            kind=words.title,
            subject=shown(case.name),
            letterhead=letterhead(unit),
            notation="",
            blocks=tuple(blocks),
            signature=Signature(words.signs, shown(entry.by_name) if words.signs else ""),
            day=clock.local(entry.at).date().isoformat(),
            made_at=entry.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            mark=" · ".join([*([MARK_OF_DEMO] if case.origin == Case.Origin.DEMO else []), f"Mẫu số {form:02d}"]),
            layout=on_its_side(measures()) if form == CONTROL else measures(),
            verify=verify,
            reference=f"Mã hồ sơ: {case.code}",
        )


def on_its_side(page: Layout) -> Layout:
    """The page for a wide table: turned, its margins equal, its letters a little smaller."""
    return replace(page, width=page.height, height=page.width, left=page.right, table=min(page.table, 11))


def shown(text: str) -> str:
    """Text in letters that the typeface has, so that no machine's own typeface fills in."""
    for letter in letters_without_type(text):
        text = text.replace(letter, "?")
    return text


def _facts(pairs: Mapping[str, str]) -> list[Block]:
    return [Paragraph(shown(f"{label}: {value}")) for label, value in pairs.items() if value]


def _about(case: Case) -> dict[str, str]:
    option = f", {case.option_name}" if case.option_name else ""
    return {"Thủ tục": f"{case.name} ({case.procedure}){option}"}


def _reasons(entry: Entry) -> Items:
    return Items(tuple(shown(line.strip()) for line in entry.note.splitlines() if line.strip()))


def _receipt(case: Case, entry: Entry) -> list[Block]:
    promised = datetime_text(case.first_due_at) if case.first_due_at else promise_words(case)
    unsure = case.provisional and case.due_at == case.first_due_at
    facts = _about(case) | {
        "Cách nộp": case.get_channel_display(),
        "Nộp lúc": datetime_text(case.submitted_at),
        "Tiếp nhận lúc": datetime_text(entry.at),
        "Cơ quan giải quyết": case.origin_unit.name,
        "Thời hạn giải quyết": promise_words(case),
        "Hẹn trả kết quả": promised + (" (tạm tính: năm này chưa có bảng ngày nghỉ)" if unsure else ""),
        "Nơi trả kết quả": case.receiving_unit.name,
    }
    blocks = _facts(facts)  # not the note of who received: it is said among colleagues
    given = tuple(shown(_paper(one)) for one in case.papers if one.get("given"))
    charged = tuple(shown(_charge(one)) for one in case.charges)
    blocks += [Paragraph("Giấy tờ đã nộp:"), Items(given)] if given else []
    blocks += [Paragraph("Phí, lệ phí:"), Items(charged)] if charged else []
    return blocks


def _paper(paper: Mapping[str, object]) -> str:
    counts = {"original": "bản chính", "copy": "bản sao", "electronic": "bản điện tử"}
    told = ", ".join(f"{paper[kind]} {name}" for kind, name in counts.items() if paper.get(kind))
    return f"{paper['name']} ({told})" if told else str(paper["name"])


def _charge(charge: Mapping[str, object]) -> str:
    amount = charge.get("amount")
    return f"{charge['name']}: " + ("chưa rõ mức" if amount is None else f"{number_text(amount)} đồng")


def _tracking(case: Case) -> list[Block]:
    site = settings.PUBLIC_URL.rstrip("/")
    text = f"Theo dõi hồ sơ: quét mã này, hoặc vào {site}{reverse('cases:look')} và ghi mã hồ sơ cùng khóa tra cứu."
    key = Paragraph(f"Khóa tra cứu: {secrets.key_of(case)} (ai có khóa thì xem được hồ sơ).")
    return [key, Code(f"{site}{slips.address(case)}", text)]


def _moments(case: Case, entry: Entry) -> list[Block]:
    facts = _about(case) | {"Nộp lúc": datetime_text(case.submitted_at)}
    if case.received_at is not None and case.received_at <= entry.at:  # what came later is not told: the paper stays
        facts["Tiếp nhận lúc"] = datetime_text(case.received_at)
    return _facts(facts)


def _apology(case: Case, entry: Entry) -> list[Block]:
    one = case.extensions.filter(at=entry.at).order_by("pk").last()
    days = {"Đã hẹn": datetime_text(one.was_due_at), "Hẹn lại": datetime_text(one.due_at)} if one else {}
    return _facts(_about(case) | days | {"Lý do": entry.note})


def _control(case: Case, entry: Entry) -> list[Block]:
    lines = [line for line in control.handed(case) if line.at <= entry.at]
    rows = tuple(
        (str(at), shown(line.giver), shown(line.taker), datetime_text(line.at), line.result, shown(line.note), "", "")
        for at, line in enumerate(lines, 1)
    )
    promise = {"Tiếp nhận lúc": datetime_text(case.received_at), "Hẹn trả": _promise(case)}
    return [
        *_facts(_about(case) | {"Cơ quan giải quyết": case.unit.name} | promise),
        Table("Giao, nhận hồ sơ", HANDINGS, rows),
        Note(f"Theo nhật ký hồ sơ đến mục {entry.number}, {datetime_text(entry.at)}."),
    ]


def _promise(case: Case) -> str:
    if case.due_at is None:
        return promise_words(case)
    first = f" (hẹn lần đầu {date_text(case.first_due_at)})" if case.first_due_at != case.due_at else ""
    return datetime_text(case.due_at) + first


_SAYS: Mapping[int, Callable[[Case, Entry], list[Block]]] = {
    RECEIPT: _receipt,
    SUPPLEMENT: _moments,
    DECLINED: _moments,
    APOLOGY: _apology,
    STOPPED: _moments,
    CONTROL: _control,
}
