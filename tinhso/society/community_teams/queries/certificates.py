"""A training certificate as a document: the same seat gives the same bytes."""

from dataclasses import asdict, replace

from tinhso.blocks.documents import queries as documents
from tinhso.blocks.documents.contract import Document, Letterhead, PageLayout, Paragraph, SignatureBlock
from tinhso.kernel import clock, province
from tinhso.society.community_teams.models import Attendance
from tinhso.society.community_teams.queries.rules import rules
from tinhso.ui.wording import date_text, number_text


def certificate_document(seat: Attendance) -> Document:
    """What a certificate says; the code at its end leads to the page that proves it, which names nobody."""
    values, session, member = rules().certificate, seat.session, seat.member
    assert seat.certified_at is not None
    lines = (
        f"Chứng nhận ông/bà {member.name}, mã thành viên {member.number}, {member.team.name},",
        f"đã dự buổi tập huấn “{session.title}” ({rules().skill(session.skill)}), {number_text(session.hours, 1)} giờ, "
        f"ngày {date_text(session.held_on)}, tại {session.place}.",
        *([f"Kết quả kiểm tra: {seat.score}/100 điểm."] if seat.score is not None else []),
    )
    return Document(
        identity=f"community_teams:{session.ref}:{member.ref}",
        kind=values.get("kind", "GIẤY CHỨNG NHẬN"),
        subject=values.get("subject", ""),
        letterhead=Letterhead(documents.printable_text(session.unit.name.upper()), values.get("place", "")),
        notation="",
        blocks=tuple(Paragraph(documents.printable_text(line)) for line in lines),
        signature=SignatureBlock(tuple(values.get("signature", ()))),
        day=clock.local(seat.certified_at).date().isoformat(),
        made_at=seat.certified_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        mark="Dữ liệu minh họa" if session.illustrative else "",
        layout=_certificate_layout(),
        verify=documents.verify_url(seat.token) if seat.token else "",
        reference=f"Số: {seat.certificate}",
    )


def as_pdf(seat: Attendance) -> bytes:
    """The certificate; refuses where the machine cannot set PDF files."""
    return documents.as_pdf(certificate_document(seat))


def _certificate_layout() -> PageLayout:
    document_settings = province.province_facts().documents
    values = asdict(PageLayout())
    return replace(PageLayout(), **{name: float(value) for name, value in document_settings.items() if name in values})
