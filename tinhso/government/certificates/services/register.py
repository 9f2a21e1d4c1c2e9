"""What people do to the register by hand: write in, correct, suspend, revoke; and who looks at numbers of people."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.units.models import Unit
from tinhso.government.certificates.contract import CertificateKind, CertificateState
from tinhso.government.certificates.models import Version
from tinhso.government.certificates.queries import lookup
from tinhso.government.certificates.queries.rules import rules
from tinhso.government.certificates.rights import ASK_FOR_CERTIFICATES, MANAGE_CERTIFICATES
from tinhso.government.certificates.services import record
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

SHORTEST = 10
CORRECTABLE = frozenset(
    {
        "unit",
        "holder",
        "person",
        "post_title",
        "id_number",
        "phone",
        "subject",
        "key_usage",
        "first_day",
        "last_day",
        "device",
        "device_serial",
        "note",
        "kind",
    }
)


@transaction.atomic
def write_in(
    *,
    issuer: str,
    serial: str,
    unit: Unit,
    kind: str,
    by: Actor,
    now: datetime,
    since: date | None = None,
    demo: bool = False,
    **said: Any,
) -> Version:
    """A certificate that exists already goes into the register, from its first day (or ``since``)."""
    by.must_be_able_to(MANAGE_CERTIFICATES, at=unit)
    must_fit(kind, said)
    return record.register_certificate(
        issuer=issuer,
        serial=serial,
        since=since or said["first_day"],
        did="registered",
        by=by,
        now=now,
        demo=demo,
        unit=unit,
        kind=CertificateKind(kind).value,
        **said,
    )


def must_fit(kind: str, values: dict[str, Any]) -> None:
    """Refuse what the database would refuse, in words."""
    if values["last_day"] < values["first_day"]:
        raise Refused("days_out_of_order", _("Ngày hết hạn phải sau ngày bắt đầu hiệu lực."))
    if kind != CertificateKind.ORGANISATION and not values.get("holder"):
        raise Refused("no_holder", _("Hãy ghi người hoặc dịch vụ giữ chứng thư."))
    if not values.get("subject"):
        raise Refused("no_subject", _("Hãy ghi tên trên chứng thư."))
    number, phone = str(values.get("id_number") or ""), str(values.get("phone") or "")
    if number and not (number.isascii() and number.isdigit() and len(number) in (9, 12)):
        raise Refused("bad_id_number", _("Số định danh có 9 hoặc 12 chữ số."))
    if phone and not (phone.isascii() and phone.isdigit() and phone[0] == "0" and 9 <= len(phone) <= 15):
        raise Refused("bad_phone", _("Số điện thoại bắt đầu bằng 0, chỉ gồm chữ số."))


@transaction.atomic
def suspend(*, ref: str, why: str, by: Actor, now: datetime, since: date, decision: str = "") -> Version:
    """Stop a certificate for the time being; refuses one that is not in use."""
    return _change_state(
        ref, CertificateState.ACTIVE, CertificateState.SUSPENDED, "suspended", why, by, now, since, decision=decision
    )


@transaction.atomic
def resume(*, ref: str, why: str, by: Actor, now: datetime, since: date, decision: str = "") -> Version:
    """Let a suspended certificate be used again."""
    return _change_state(
        ref, CertificateState.SUSPENDED, CertificateState.ACTIVE, "resumed", why, by, now, since, decision=decision
    )


@transaction.atomic
def revoke(
    *, ref: str, reason: str, by: Actor, now: datetime, since: date, why: str = "", decision: str = ""
) -> Version:
    """Write down that a certificate was revoked, for one of the province's reasons."""
    if reason not in {named.code for named in rules().reasons}:
        raise Refused("unknown_reason_code", _("Hãy chọn lý do thu hồi."))
    return _change_state(
        ref,
        None,
        CertificateState.REVOKED,
        "revoked",
        why or rules().reason(reason),
        by,
        now,
        since,
        decision=decision,
        reason=reason,
        must="",
        must_change_since=None,
        must_change_by=None,
    )


def _change_state(
    ref: str,
    was: CertificateState | None,
    to: CertificateState,
    did: str,
    why: str,
    by: Actor,
    now: datetime,
    since: date,
    **more: Any,
) -> Version:
    certificate = lookup.locked_certificate(ref)
    version = lookup.visible_version(ref, by=by)
    by.must_be_able_to(MANAGE_CERTIFICATES, at=version.unit)
    if version.state == CertificateState.REVOKED or (was is not None and version.state != was):
        raise Refused(
            "wrong_state",
            _("Chứng thư đang ở trạng thái “%(state)s”, không làm được việc này."),
            state=version.get_state_display(),
        )
    if not why.strip():
        raise Refused("no_reason", _("Hãy ghi lý do."))
    return record.record_change(
        certificate, since=since, did=did, by=by, now=now, state=to.value, note=why.strip()[:2000], **more
    )


@transaction.atomic
def correct(*, ref: str, why: str, by: Actor, now: datetime, since: date, **said: Any) -> Version:
    """Put right what the register says wrongly from ``since`` on, with a reason; what it said before stays known."""
    certificate = lookup.locked_certificate(ref)
    version = lookup.visible_version(ref, by=by)
    by.must_be_able_to(MANAGE_CERTIFICATES, at=version.unit)
    if "unit" in said:
        by.must_be_able_to(MANAGE_CERTIFICATES, at=said["unit"])
    strange = set(said) - CORRECTABLE
    if strange:
        raise Refused("not_correctable", _("Không sửa được: %(what)s."), what=", ".join(sorted(strange)))
    if not why.strip():
        raise Refused("no_reason", _("Hãy ghi lý do."))
    values = {name: getattr(version, name) for name in CORRECTABLE} | said
    must_fit(values["kind"], values)
    return record.record_change(
        certificate, since=since, did="corrected", by=by, now=now, **(said | {"note": why.strip()[:2000]})
    )


def reveal_numbers(*, ref: str, why: str, by: Actor) -> Version:
    """Numbers of a person in full; the look is written down with its reason, and refused without one."""
    version = lookup.visible_version(ref, by=by)
    if not by.can(MANAGE_CERTIFICATES, at=version.unit):
        by.must_be_able_to(ASK_FOR_CERTIFICATES, at=version.unit)
    if len(why.strip()) < SHORTEST:
        raise Refused("no_reason", _("Hãy ghi vì sao cần xem (từ 10 chữ): lý do được ghi vào nhật ký."))
    audit.record_view(by=by, what=version.certificate, why=why.strip()[:500])
    return version
