"""Some months of plausible documents on their way, truly signed with illustrative keys, each marked as illustrative."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from random import Random

from tinhso.blocks.documents import queries as documents
from tinhso.blocks.documents.contract import Document, Letterhead, Paragraph, SignatureBlock
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.signature_requests import queries, services
from tinhso.blocks.signature_requests.contract import RequestDraft, SignerPlace
from tinhso.blocks.signature_requests.models import Request
from tinhso.blocks.signature_requests.queries import DocumentKind
from tinhso.blocks.signatures import services as signing
from tinhso.blocks.signatures.rights import DRAFT_DOCUMENTS, SEAL_DOCUMENTS, SIGN_DOCUMENTS
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.working_calendar import moment_at

SUBJECTS = (
    "phân công trực dịp lễ",
    "kiện toàn tổ công nghệ số cộng đồng",
    "lịch tiếp công dân",
    "giao chỉ tiêu chuyển đổi số",
    "tổ chức tập huấn kỹ năng số",
    "rà soát thủ tục hành chính",
    "khen thưởng phong trào thi đua",
    "cử cán bộ đi học",
    "kết quả kiểm tra cải cách hành chính",
    "phối hợp xử lý phản ánh hiện trường",
    "bảo trì hệ thống thông tin",
    "đôn đốc báo cáo định kỳ",
)
WHY = "Sai căn cứ ban hành (minh họa)"
OFFICES = "NGƯỜI CÓ THẨM QUYỀN"


@dataclass(frozen=True, eq=False)
class DemoPost:
    """A body of the demo, and who drafts, signs and seals there."""

    unit: Unit
    drafter: Actor
    signer: Actor
    clerk: Actor


def load_demo_documents(*, told: Mapping[str, int], now: datetime) -> int:
    """Make as many documents as the province's ``demo/signature_requests.toml`` asks for, once; says how many.

    ``told``: ``issued`` over ``months``, ``waiting`` for the province's leader, ``to_seal``, ``returned``.
    """
    if Request.objects.filter(origin=Request.Origin.DEMO).exists():
        return 0
    posts = _demo_posts()
    kinds = [document_kind for document_kind in queries.rules().flow.kinds if document_kind.notation]
    if not posts or not kinds:
        return 0
    draw, document_count = Random("signing"), 0
    for _index in range(told["issued"]):
        post, sent_at = draw.choice(posts), _drafting_moment(draw, now, 30 * told["months"])
        request = _send_document(document_count, post, kinds, sent_at)
        _seal_document(_sign_document(request, post, sent_at + timedelta(hours=draw.choice((1, 2, 3, 20)))), post, draw)
        document_count += 1
    for count, act in (
        (told["to_seal"], _sign_document),
        (told["returned"], _return_document),
        (told["waiting"], None),
    ):
        for _index in range(count):
            post = posts[0] if act is None else draw.choice(posts)
            sent_at = _drafting_moment(draw, now, 3)
            request = _send_document(document_count, post, kinds, sent_at)
            if act is not None:
                act(request, post, min(sent_at + timedelta(hours=1), now))
            document_count += 1
    return document_count


def _demo_posts() -> list[DemoPost]:
    """The bodies at which people of the demo may sign, the province's first."""
    posts = identity.posts_on(clock.today()).filter(person__is_demo=True, role__rights__contains=[SIGN_DOCUMENTS])
    demo_posts_by_key = {}
    for post in posts.select_related("person").order_by("unit__level", "pk"):
        drafters = [person for person in identity.holders_of_rights(DRAFT_DOCUMENTS, at=post.unit) if person.is_demo]
        clerks = [person for person in identity.holders_of_rights(SEAL_DOCUMENTS, at=post.unit) if person.is_demo]
        if drafters and clerks and post.unit_id not in demo_posts_by_key:
            nearest = [
                person
                for person in identity.holders_of_rights(DRAFT_DOCUMENTS, at=post.unit, here_only=True)
                if person.is_demo
            ]
            people = (post.person, (nearest or drafters)[-1], clerks[0])
            signer, drafter, clerk = (identity.actor_for(person) for person in people)
            demo_posts_by_key[post.unit_id] = DemoPost(post.unit, drafter, signer, clerk)
    return list(demo_posts_by_key.values())


def _drafting_moment(draw: Random, now: datetime, days: int) -> datetime:
    day = clock.local(now).date() - timedelta(days=draw.randrange(days))
    begun = moment_at(day, time(draw.choice((8, 9, 10, 14)), draw.randrange(60)))
    return min(begun, now - timedelta(hours=2))


def _send_document(number: int, post: DemoPost, kinds: Sequence[DocumentKind], moment: datetime) -> Request:
    subject = SUBJECTS[number % len(SUBJECTS)]
    kind = kinds[number % len(SUBJECTS) % len(kinds)]
    draft = RequestDraft(
        key=f"demo:{number}",
        about=f"demo:{number}",
        kind=kind.name,
        notation=kind.notation,
        title=f"{subject.capitalize()} (minh họa {number + 1})",
        content=_document_pdf(post, kind, subject),
        signers=(SignerPlace(post.signer.ref, "TM.", OFFICES),),
    )
    request = services.draft_request(draft=draft, unit=post.unit, by=post.drafter, now=moment, demo=True)
    return services.send_request(ref=request.ref, by=post.drafter, now=moment)


@lru_cache(maxsize=128)  # setting a page takes longer than signing it
def _document_pdf(post: DemoPost, kind: DocumentKind, subject: str) -> bytes:
    text = "Văn bản này do bản trình diễn sinh ra để minh họa việc ký số; nội dung không có thật."
    document = Document(
        identity=f"signing-demo:{post.unit.ref}:{subject}",
        kind=kind.name.upper(),
        subject=subject,
        letterhead=Letterhead(body=post.unit.name.upper(), place=""),
        notation=kind.notation,
        blocks=(Paragraph(text), Paragraph("Các đơn vị liên quan chịu trách nhiệm thực hiện.")),
        signature=SignatureBlock((f"TM. {OFFICES}",), post.signer.name),
        recipients=("Như trên", "Lưu: VT"),
        mark="Dữ liệu minh họa",
    )
    return documents.as_pdf(document)


def _sign_document(request: Request, post: DemoPost, moment: datetime) -> Request:
    key = signing.illustrative_key(post.signer.name, post.unit.name)
    sha256 = queries.bytes_of(request).sha256
    return services.sign_turn(ref=request.ref, sha256=sha256, signer=key, by=post.signer, now=moment)


def _seal_document(request: Request, post: DemoPost, draw: Random) -> Request:
    key, signed_at = signing.illustrative_key(post.unit.name, post.unit.name), request.signed_at or request.created_at
    moment = signed_at + timedelta(minutes=draw.choice((10, 30, 90)))
    return services.seal_document(ref=request.ref, signer=key, by=post.clerk, now=moment)


def _return_document(request: Request, post: DemoPost, moment: datetime) -> Request:
    return services.return_to_drafter(ref=request.ref, why=WHY, by=post.signer, now=moment)
