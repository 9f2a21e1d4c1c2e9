"""Bulletins: drafted from a snapshot, reworded, handed in, approved by somebody else, issued; never rewritten."""

from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.documents import queries as documents
from tinhso.blocks.documents import services as issuing
from tinhso.blocks.documents.contract import PageLayout
from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators import services as snapshots
from tinhso.blocks.indicators.models import Snapshot
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.outbox.rights import OPERATE_SYSTEM
from tinhso.blocks.units.models import Unit
from tinhso.ioc.events import BulletinIssued, BulletinSubmitted, BulletinWithdrawn
from tinhso.ioc.models import Bulletin, BulletinEdit, BulletinTemplate
from tinhso.ioc.queries import bulletins as queries
from tinhso.ioc.queries.bulletins import phrases
from tinhso.ioc.queries.places import known_places
from tinhso.ioc.rights import APPROVE_BULLETINS, WRITE_BULLETINS
from tinhso.kernel import clock, periods, province, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.kernel.text import nfc
from tinhso.ui.context import served_province as province_words

State = Bulletin.State


@transaction.atomic
def load_templates(folder: Path, *, by: Actor) -> int:
    """Take the templates of ``folder/bulletins``; one that is gone is no longer offered. Refuses a faulty one."""
    by.must_be_able_to(OPERATE_SYSTEM)
    specs = queries.folder_specs(folder)
    catalogue = indicators.catalogue()
    for code, spec in specs.items():
        template = queries.read_template(spec)
        queries.check_template(template, catalogue)
        fields = {"name": template.name, "name_en": template.name_en, "period_type": template.period, "spec": spec}
        BulletinTemplate.objects.update_or_create(code=code, defaults={**fields, "in_use": True})
    BulletinTemplate.objects.exclude(code__in=specs).update(in_use=False)
    return len(specs)


@transaction.atomic
def draft(
    *,
    template: str,
    period: str,
    by: Actor,
    now: datetime,
    audience: str = "",
    snapshot: int = 0,
    corrects: Bulletin | None = None,
    reason: str = "",
) -> Bulletin:
    """Begin an issue for a period that has ended, from the newest snapshot or the one named.

    Refuses a period of another kind or not over yet, a second open issue for it, and one beside an issue that holds
    unless it ``corrects`` that one, with a ``reason``.
    """
    row = queries.template_by_code(template)
    template_spec = queries.read_template(row.spec)
    unit = _bulletin_unit(template_spec.unit)
    by.must_be_able_to(WRITE_BULLETINS, at=unit)
    bulletin_period = _finished_period(period, row.period_type, now)
    _must_not_hold_already(row, unit, bulletin_period.code, corrects)
    bulletin = Bulletin(
        ref=refs.new_ref("BTN"),
        template=row,
        unit=unit,
        period=bulletin_period.code,
        basis=template_spec.basis,
        audience=_checked_audience(audience or template_spec.audience),
        snapshot=_pinned_snapshot(snapshot),
        spec={**row.spec, "mark": _demo_mark(), "layout": _province_layout()},
        made_at=now,
        made_by=by.ref,
        made_by_name=by.name,
        corrects=corrects,
        reason=reason.strip(),
    )
    bulletin.former = queries.former_of(bulletin)
    try:
        with transaction.atomic():
            bulletin.save()
    except IntegrityError as error:
        raise Refused("open_already", _("Đã có một bản tin đang soạn hoặc chờ duyệt cho kỳ này.")) from error
    _record_act(bulletin, "drafted bulletin", by, period=bulletin.period, snapshot=bulletin.snapshot.number)
    return bulletin


@transaction.atomic
def reword(*, ref: str, block: str, text: str, by: Actor, now: datetime) -> Bulletin:
    """Give a text block of a draft other words (empty: the template's again); former wordings are kept.

    Refuses words that are no text of the language, letters that the typeface lacks, and an issue that is no draft.
    """
    bulletin = _locked_bulletin(ref)
    by.must_be_able_to(WRITE_BULLETINS, at=bulletin.unit)
    _must_be(bulletin, State.DRAFT)
    part = queries.read_template(bulletin.spec).part(block)
    if part.sort not in queries.TEXTS:
        raise Refused("not_a_text", _("Phần này được tính từ số liệu, không sửa bằng tay."))
    words = _checked_words(text, bulletin)
    bulletin.texts = {
        **{key: block_text for key, block_text in bulletin.texts.items() if key != block},
        **({block: words} if words else {}),
    }
    bulletin.save(update_fields=["texts"])
    BulletinEdit.objects.create(bulletin=bulletin, block=block, text=words, at=now, by=by.ref, by_name=by.name)
    _record_act(bulletin, "reworded bulletin", by, block=block, text=words)
    return bulletin


@transaction.atomic
def change_draft(*, ref: str, by: Actor, audience: str = "", newest: bool = False) -> Bulletin:
    """Change who a draft is for, or draw it from the newest snapshot."""
    bulletin = _locked_bulletin(ref)
    by.must_be_able_to(WRITE_BULLETINS, at=bulletin.unit)
    _must_be(bulletin, State.DRAFT)
    if audience:
        bulletin.audience = _checked_audience(audience)
    if newest:
        bulletin.snapshot = _pinned_snapshot(0)
    bulletin.save(update_fields=["audience", "snapshot"])
    _record_act(bulletin, "chose for bulletin", by, audience=bulletin.audience, snapshot=bulletin.snapshot.number)
    return bulletin


@transaction.atomic
def submit(*, ref: str, by: Actor, now: datetime) -> Bulletin:
    """Hand a draft in; what stands beside the snapshot (late returns, revisions) is held from now on."""
    bulletin = _locked_bulletin(ref)
    by.must_be_able_to(WRITE_BULLETINS, at=bulletin.unit)
    _must_be(bulletin, State.DRAFT)
    bulletin.former = queries.former_of(bulletin)
    bulletin.observed = queries.observe_surroundings(bulletin, now)
    _must_be_settable(queries.build_issue(bulletin))
    bulletin.state, bulletin.submitted_at, bulletin.submitted_by, bulletin.sent_back_why = (
        State.SUBMITTED,
        now,
        by.ref,
        "",
    )
    bulletin.save(update_fields=["state", "submitted_at", "submitted_by", "sent_back_why", "observed", "former"])
    _record_act(bulletin, "submitted bulletin", by)
    outbox.emit(
        BulletinSubmitted(
            ref=bulletin.ref, unit=bulletin.unit.ref, period=bulletin.period, title=bulletin.template.name
        )
    )
    return bulletin


@transaction.atomic
def send_back(*, ref: str, why: str, by: Actor) -> Bulletin:
    """Give a handed-in issue back for changes, with the reason."""
    bulletin = _locked_bulletin(ref)
    by.must_be_able_to(APPROVE_BULLETINS, at=bulletin.unit)
    _must_be(bulletin, State.SUBMITTED)
    bulletin.state, bulletin.sent_back_why, bulletin.observed = State.DRAFT, _required_reason(why), {}
    bulletin.save(update_fields=["state", "sent_back_why", "observed"])
    _record_act(bulletin, "sent bulletin back", by, why=bulletin.sent_back_why)
    return bulletin


@transaction.atomic
def issue(*, ref: str, by: Actor, now: datetime) -> Bulletin:
    """Approve a handed-in issue: it gets its number and date, and nothing of it changes any more.

    Refuses whoever made it, reworded it or handed it in, and an issue for which another one was issued meanwhile.
    """
    bulletin = _locked_bulletin(ref)
    by.must_be_able_to(APPROVE_BULLETINS, at=bulletin.unit)
    _must_be(bulletin, State.SUBMITTED)
    if by.ref in {bulletin.made_by, bulletin.submitted_by, *bulletin.edits.values_list("by", flat=True)}:
        raise Forbidden("four_eyes", _("Người soạn hoặc trình bản tin không được tự duyệt bản tin đó."))
    BulletinTemplate.objects.select_for_update().get(pk=bulletin.template.pk)  # two issues of it follow each other
    former = queries.former_of(bulletin)
    if (former and former.pk) != bulletin.former_id:
        raise Refused("former_changed", _("Đã có số khác được ban hành sau khi trình; hãy trả lại và trình lại."))
    snapshots.pin_snapshot(bulletin.snapshot.number)
    built = queries.build_issue(bulletin)
    replaced = bulletin.corrects.document if bulletin.corrects is not None else None
    bulletin.document = issuing.issue_document(
        document=built.document, unit=bulletin.unit, right=APPROVE_BULLETINS, by=by, now=now, replaces=replaced
    )
    bulletin.state, bulletin.issued_at, bulletin.figures, bulletin.programs = (
        State.ISSUED,
        now,
        built.figures,
        queries.program_versions(),
    )
    bulletin.save(update_fields=["state", "issued_at", "figures", "programs", "document"])
    if bulletin.corrects is not None and bulletin.corrects.state == State.ISSUED:
        _mark_withdrawn(
            bulletin.corrects, _("Thay bằng %(number)s: %(reason)s") % _replacement_words(bulletin), by, now
        )
    _record_act(bulletin, "issued bulletin", by, document=str(bulletin.document), snapshot=bulletin.snapshot.number)
    outbox.emit(
        BulletinIssued(
            ref=bulletin.ref,
            unit=bulletin.unit.ref,
            period=bulletin.period,
            document=bulletin.document.ref,
            audience=bulletin.audience,
        )
    )
    return bulletin


@transaction.atomic
def withdraw(*, ref: str, why: str, by: Actor, now: datetime) -> Bulletin:
    """Say that an issued bulletin no longer holds; it stays readable with the reason."""
    bulletin = _locked_bulletin(ref)
    by.must_be_able_to(APPROVE_BULLETINS, at=bulletin.unit)
    _must_be(bulletin, State.ISSUED)
    _mark_withdrawn(bulletin, _required_reason(why), by, now)
    return bulletin


@transaction.atomic
def correct(*, ref: str, reason: str, by: Actor, now: datetime) -> Bulletin:
    """Begin the issue that will replace an issued one, from the newest snapshot, with the same wording."""
    former = _locked_bulletin(ref)
    by.must_be_able_to(WRITE_BULLETINS, at=former.unit)
    _must_be(former, State.ISSUED)
    bulletin = draft(
        template=former.template.code,
        period=former.period,
        by=by,
        now=now,
        audience=former.audience,
        corrects=former,
        reason=_required_reason(reason),
    )
    bulletin.texts = former.texts
    bulletin.save(update_fields=["texts"])
    return bulletin


@transaction.atomic
def drop(*, ref: str, by: Actor) -> Bulletin:
    """Give a draft up; it leaves the lists, its history stays."""
    bulletin = _locked_bulletin(ref)
    by.must_be_able_to(WRITE_BULLETINS, at=bulletin.unit)
    _must_be(bulletin, State.DRAFT)
    bulletin.state = State.DROPPED
    bulletin.save(update_fields=["state"])
    _record_act(bulletin, "dropped bulletin", by)
    return bulletin


def note_download(*, one: Bulletin, form: str, by: Actor) -> None:
    """Write down that ``by`` took an issue as a file."""
    _record_act(one, "exported", by, form=form)


def _mark_withdrawn(bulletin: Bulletin, why: str, by: Actor, now: datetime) -> None:
    if bulletin.document is not None:
        issuing.withdraw_document(ref=bulletin.document.ref, why=why, right=APPROVE_BULLETINS, by=by, now=now)
    bulletin.state = State.WITHDRAWN
    bulletin.save(update_fields=["state"])
    _record_act(bulletin, "withdrew bulletin", by, why=why)
    outbox.emit(BulletinWithdrawn(ref=bulletin.ref, unit=bulletin.unit.ref, period=bulletin.period, why=why))


def _locked_bulletin(ref: str) -> Bulletin:
    rows = Bulletin.objects.select_for_update(of=("self",)).select_related("template", "unit", "snapshot", "document")
    bulletin = rows.filter(ref=ref).first()
    if bulletin is None:
        raise Refused("unknown_bulletin", _("Không có bản tin nào có mã “%(ref)s”."), ref=ref)
    return bulletin


def _must_be(bulletin: Bulletin, state: str) -> None:
    if bulletin.state != state:
        raise Refused(
            "wrong_state",
            _("Bản tin đang ở trạng thái “%(state)s”, không làm được việc này."),
            state=bulletin.get_state_display(),
        )


def _must_not_hold_already(row: BulletinTemplate, unit: Unit, period: str, corrects: Bulletin | None) -> None:
    holding = Bulletin.objects.filter(template=row, unit=unit, period=period, state=State.ISSUED).first()
    if holding is not None and (corrects is None or corrects.pk != holding.pk):
        raise Refused(
            "issued_already",
            _("Kỳ này đã có bản tin %(number)s; muốn sửa thì đính chính bản tin ấy."),
            number=str(holding.document),
        )


def _must_be_settable(built: queries.Built) -> None:
    unknown = documents.letters_without_type("".join(_strings_in(asdict(built.document))))
    if unknown:
        raise Refused("no_letters", _("Phông chữ của văn bản không có ký tự: %(letters)s"), letters=" ".join(unknown))


def _strings_in(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    return [text for item in inside for text in _strings_in(item)]


def _checked_words(text: str, bulletin: Bulletin) -> str:
    words = nfc(text.replace("\r\n", "\n").replace("\0", "")).strip()
    try:
        phrases.parse(words)
    except phrases.BadPhrase as problem:
        raise Refused("bad_phrase", _("Chưa lưu: %(why)s."), why=problem) from problem
    indicators_by_key = queries.frame_of(bulletin.snapshot, bulletin.audience).catalogue.indicators
    missing = sorted(code for code in phrases.indicators_in(words) if code not in indicators_by_key)
    if missing:
        raise Refused("unknown_indicator", _("Không có chỉ tiêu nào có mã “%(code)s”."), code=missing[0])
    unknown = documents.letters_without_type(words)
    if unknown:
        raise Refused("no_letters", _("Phông chữ của văn bản không có ký tự: %(letters)s"), letters=" ".join(unknown))
    return words


def _bulletin_unit(ref: str) -> Unit:
    places = known_places()
    node = places.by_ref.get(ref) if ref else places.home
    if node is None:
        raise Refused("unknown_unit", _("Không có đơn vị nào có mã “%(ref)s”."), ref=ref)
    return Unit.objects.get(pk=node.pk)


def _finished_period(code: str, kind: str, now: datetime) -> periods.Period:
    period = periods.parse(code)
    if str(period.kind) != kind:
        raise Refused("bad_period", _("Mẫu này không dành cho kỳ %(code)s."), code=code)
    if period.end >= clock.local(now).date():
        raise Refused("not_over", _("Kỳ %(code)s chưa kết thúc."), code=code)
    return period


def _checked_audience(wanted: str) -> str:
    if wanted not in Bulletin.Audience.values:
        raise Refused("bad_audience", _("Người đọc phải là “công khai” hoặc “nội bộ”."))
    return wanted


def _pinned_snapshot(number: int) -> Snapshot:
    stored_snapshots = indicators.kept_snapshots()
    snapshot = stored_snapshots.filter(number=number).first() if number else stored_snapshots.first()
    if snapshot is None:
        raise Refused("no_snapshot", _("Chưa có bản chụp số liệu nào để lập bản tin."))
    snapshots.pin_snapshot(snapshot.number)
    return snapshot


def _required_reason(text: str) -> str:
    if not text.strip():
        raise Refused("no_reason", _("Hãy ghi lý do."))
    return nfc(text.strip())[:1000]


def _replacement_words(bulletin: Bulletin) -> dict[str, str]:
    return {"number": str(bulletin.document), "reason": bulletin.reason}


def _demo_mark() -> str:
    return province_words().demo_label


def _province_layout() -> dict[str, Any]:
    """The province's own measures of a page, where it gives some."""
    document_facts = province.province_facts().documents
    values = asdict(PageLayout())
    return asdict(
        replace(PageLayout(), **{name: float(value) for name, value in document_facts.items() if name in values})
    )


def _record_act(bulletin: Bulletin, did: str, by: Actor, **after: object) -> None:
    audit.record(by=by, did=did, to=bulletin, after={name: str(value) for name, value in after.items()})
