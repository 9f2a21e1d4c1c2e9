"""Papers: keeping one in a vault, using it, taking it out of use."""

from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.documents import queries
from tinhso.blocks.documents.contract import UploadLimits
from tinhso.blocks.documents.events import PaperKept, PaperUsed, PaperWithdrawn
from tinhso.blocks.documents.models import Certification, Paper, PaperUse, StoredFile
from tinhso.blocks.documents.services import accepting
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused


@transaction.atomic
def keep_paper(
    *,
    file: StoredFile,
    file_name: str,
    kind: str,
    name: str,
    owner: str,
    by: Actor,
    now: datetime,
    number: str = "",
    issued_on: date | None = None,
    valid_until: date | None = None,
    issuer: str = "",
    unit: Unit | None = None,
    is_result: bool = False,
    made_from: Paper | None = None,
    digitised: bool = False,
) -> Paper:
    """Put a paper into the vault of ``owner``, an opaque key of the caller ("" for nobody's vault).

    ``is_result``: an office produced it. ``digitised``: its text can be read by a program; ``made_from`` names the
    paper that it is a readable version of. Whether ``by`` may do this is for the caller to ask. Refuses a paper
    without a name and one that ends before it was issued.
    """
    _must_be_someone(by)
    _must_make_sense(name, issued_on, valid_until)
    row = Paper.objects.create(
        ref=refs.new_ref("GT", length=12),
        owner=queries.owner_mark(owner),
        owner_end=_end_of(owner),
        kind=kind[:80],
        name=name.strip()[:300],
        number=number.strip()[:100],
        issuer=issuer.strip()[:300],
        issued_on=issued_on,
        valid_until=valid_until,
        file=file,
        file_name=accepting.clean_name(file_name),
        made_from=made_from,
        unit=unit,
        is_result=is_result,
        digitised_at=now if digitised else None,
        kept_at=now,
        kept_by=by.ref,
    )
    audit.record(by=by, did="kept paper", to=row, after={"kind": row.kind, "sha256": file.sha256})
    outbox.emit(PaperKept(ref=row.ref, kind=row.kind, is_result=is_result, digitised=digitised))
    return row


@transaction.atomic
def use_paper(
    *, ref: str, owner: str, used_in: str, by: Actor, now: datetime, reused: bool = True, most: int | None = None
) -> PaperUse:
    """Use a paper in something; using it again there changes nothing.

    Refuses somebody else's paper (with the words for one that does not exist), one that was withdrawn or no longer
    holds, and more than ``most`` papers in one place (None: the province's limit).
    """
    _must_be_someone(by)
    row = Paper.objects.select_for_update().filter(ref=ref, owner=queries.owner_mark(owner)).first()
    if row is None:
        raise _unknown_paper(ref)
    if row.withdrawn_at is not None:
        raise Refused("withdrawn_paper", _("Giấy tờ “%(name)s” đã bị thu hồi. Hãy nộp bản khác."), name=row.name)
    if row.valid_until is not None and row.valid_until < clock.local(now).date():
        raise Refused("expired_paper", _("Giấy tờ “%(name)s” đã hết giá trị. Hãy nộp bản mới."), name=row.name)
    paper_use = PaperUse.objects.filter(paper=row, used_in=used_in).first()
    if paper_use is not None:
        return paper_use
    if not row.owner and row.uses.exists():  # nobody's vault: it belongs to what it was handed in with
        raise _unknown_paper(ref)
    _must_have_room(used_in, queries.limits().most if most is None else most)
    use = PaperUse.objects.create(paper=row, used_in=used_in, reused=reused, at=now, by=by.ref)
    audit.record(by=by, did="used paper", to=row, after={"used_in": used_in, "reused": reused})
    outbox.emit(PaperUsed(ref=row.ref, used_in=used_in, reused=reused))
    return use


def hand_in(
    *,
    upload: accepting.Upload,
    file_name: str,
    used_in: str,
    kind: str,
    name: str,
    owner: str,
    by: Actor,
    now: datetime,
    limits: UploadLimits | None = None,
    **more: Any,
) -> Paper:
    """Accept a file, keep it as a paper and use it in ``used_in``: what most callers want. ``more``: see keep_paper.

    Stands outside any transaction, as :func:`accept` does.
    """
    allowed = limits or queries.limits()
    file = accepting.accept_upload(upload=upload, file_name=file_name, limits=allowed, by=by, now=now)
    with transaction.atomic():
        row = keep_paper(file=file, file_name=file_name, kind=kind, name=name, owner=owner, by=by, now=now, **more)
        use_paper(ref=row.ref, owner=owner, used_in=used_in, by=by, now=now, reused=False, most=allowed.most)
    return row


@transaction.atomic
def withdraw_paper(*, ref: str, why: str, by: Actor, now: datetime) -> Paper:
    """Take a paper out of use; what it was used in keeps it. Refuses without a reason, or twice.

    Whether ``by`` may do this is for the caller to ask.
    """
    _must_be_someone(by)
    row = Paper.objects.select_for_update().get(pk=queries.paper(ref).pk)
    if row.withdrawn_at is not None:
        raise Refused("withdrawn_paper", _("Giấy tờ “%(name)s” đã bị thu hồi. Hãy nộp bản khác."), name=row.name)
    if not why.strip():
        raise Refused("no_reason", _("Hãy ghi lý do thu hồi."))
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_why = now, by.ref, why.strip()
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
    audit.record(by=by, did="withdrew paper", to=row, after={"why": row.withdrawn_why})
    outbox.emit(PaperWithdrawn(ref=row.ref, kind=row.kind))
    return row


def read_paper(*, ref: str, by: Actor) -> Paper:
    """The paper, for somebody who may read it; that they did is written down. Refuses everybody else with 403."""
    row = queries.readable_by(ref, by)
    audit.record_view(by=by, what=row)
    return row


def read_certification(*, certification: Certification, by: Actor) -> None:
    """Write down that somebody took away certified copies, which may show personal data."""
    audit.record_view(by=by, what=certification)


def _must_make_sense(name: str, issued_on: date | None, valid_until: date | None) -> None:
    if not name.strip():
        raise Refused("no_name", _("Hãy ghi tên giấy tờ."))
    if issued_on and valid_until and valid_until < issued_on:
        raise Refused("ends_before_it_begins", _("Ngày hết giá trị đứng trước ngày cấp. Hãy xem lại hai ngày."))


def _end_of(owner: str) -> str:
    """By which an owner is told from others in a list; nothing of a key so short that its end is half of it."""
    return owner.strip()[-4:] if len(owner.strip()) > 8 else ""


def _unknown_paper(ref: str) -> Refused:
    return Refused("unknown_paper", _("Không có giấy tờ nào có mã “%(ref)s”."), ref=ref)


def _must_be_someone(by: Actor) -> None:
    if not by.is_someone:
        raise Forbidden("must_log_in", _("Hãy đăng nhập để dùng giấy tờ."))


def _must_have_room(used_in: str, most: int) -> None:
    with connection.cursor() as cursor:  # two who add at once are counted one after the other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"documents:{used_in}"])
    if PaperUse.objects.filter(used_in=used_in).count() >= most:
        raise Refused(
            "too_many_papers", _("Mỗi hồ sơ có nhiều nhất %(most)s tệp. Hãy gộp các trang rồi gửi."), most=most
        )
