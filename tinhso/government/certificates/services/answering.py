"""What the cipher agency's answers do: to requests, and to the register."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from tinhso.government.certificates.contract import CertificateState, KeyDevice, RequestPurpose, RequestStep
from tinhso.government.certificates.models import Request, Run, Version
from tinhso.government.certificates.queries import lookup, request_form
from tinhso.government.certificates.services import record, requests
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

Line = dict[str, Any]
SETTLED = {"must": "", "must_change_since": None, "must_change_by": None}


def apply_answers(run: Run, *, by: Actor, now: datetime) -> list[Line]:
    """Give every line of the answers its effect; refuses when a request waits no longer."""
    touched: list[Line] = []
    waiting = {
        one.ref: one
        for one in Request.objects.select_for_update(of=("self",))
        .filter(batch=run.batch, ref__in=[line["ref"] for line in run.lines])
        .select_related("unit", "certificate")
    }
    for line in run.lines:
        one = waiting[line["ref"]]
        if one.step != RequestStep.SENT:
            words = _("Đề nghị %(ref)s đã có kết quả từ khi bạn xem trước. Hãy tải tệp lên lại.")
            raise Refused("changed_since", words, ref=one.ref)
        if line["refused"]:
            requests.change_step(one, RequestStep.REFUSED, by=by, now=now, why=line["why"])
            touched.append({"request": one.ref, "moves": one.moves})
            continue
        words_of = _apply_granted(one, line, run, by, now)
        result = words_of[0].certificate
        requests.change_step(one, RequestStep.ANSWERED, by=by, now=now, note=line["serial"], result=result)
        touched.append({"request": one.ref, "moves": one.moves})
        touched += [{"certificate": it.certificate.ref, "at": it.known.lower.isoformat()} for it in words_of]
    return touched


def _apply_granted(one: Request, line: Line, run: Run, by: Actor, now: datetime) -> list[Version]:
    """The register's new words: that of the resulting certificate first."""
    common: Line = {"by": by, "now": now, "source": one.ref}
    today = clock.local(now).date()
    if one.ask == RequestPurpose.ISSUE:
        return [_register_issued(one, line, common)]
    assert one.certificate is not None
    certificate = lookup.locked_certificate(one.certificate.ref)
    changes = _certificate_changes(one, line)
    if one.ask == RequestPurpose.REVOKE:
        return [record.record_change(certificate, since=today, did="revoked", **common, **changes)]
    did = {RequestPurpose.RENEW: "renewed", RequestPurpose.CHANGE: "changed", RequestPurpose.RECOVER: "recovered"}[
        RequestPurpose(one.ask)
    ]
    if not line["serial"] or line["serial"] == certificate.serial:
        return [record.record_change(certificate, since=today, did=did, **common, **changes)]
    live = lookup.versions_on(today).filter(certificate=certificate).get()
    kept = {name: getattr(live, name) for name in record.SAID} | changes
    first = date.fromisoformat(line["first_day"]) if line["first_day"] else today
    fresh = record.register_certificate(
        issuer=line["issuer"] or certificate.issuer,
        serial=line["serial"],
        since=first,
        did=did,
        replaces=certificate,
        demo=certificate.is_demo,
        **common,
        **(kept | {"first_day": first}),
    )
    over: Line = {"state": CertificateState.REVOKED.value, "reason": "replaced", **SETTLED}
    return [fresh, record.record_change(certificate, since=today, did="replaced", **common, **over)]


def _register_issued(one: Request, line: Line, common: Line) -> Version:
    said: Line = dict(request_form.certificate_changes(one.ask, one.kind, one.values))
    first, last = date.fromisoformat(line["first_day"]), date.fromisoformat(line["last_day"])
    subject = line["subject"] or said.get("subject") or said.get("holder") or one.unit.name
    device = said.get("device") or (KeyDevice.SIM if one.kind == "sim" else KeyDevice.NONE).value
    return record.register_certificate(
        issuer=line["issuer"],
        serial=line["serial"],
        since=first,
        did="issued",
        demo=one.is_demo,
        **common,
        **(
            said
            | {
                "kind": one.kind,
                "unit": one.unit,
                "subject": subject,
                "device": device,
                "first_day": first,
                "last_day": last,
                "device_serial": line["device_serial"][:64],
            }
        ),
    )


def _certificate_changes(one: Request, line: Line) -> Line:
    """What an answered request changes of its certificate."""
    said: Line = dict(request_form.certificate_changes(one.ask, one.kind, one.values))
    if one.ask == RequestPurpose.REVOKE:
        return said | {"state": CertificateState.REVOKED.value, "reason": said.get("reason") or "authority", **SETTLED}
    if line["subject"]:
        said["subject"] = line["subject"]
    if line["last_day"]:
        said["last_day"] = date.fromisoformat(line["last_day"])
    if line["device_serial"]:
        said["device_serial"] = line["device_serial"][:64]
    if one.ask == RequestPurpose.CHANGE:
        said |= SETTLED
    if one.ask == RequestPurpose.RECOVER:
        said["state"] = CertificateState.ACTIVE.value
    return said


def take_back(run: Run, *, by: Actor, now: datetime) -> None:
    """Requests wait for their answers again; refuses when one has gone on meanwhile."""
    moved = {one["request"]: one["moves"] for one in run.touched if one.get("request")}
    found = Request.objects.select_for_update(of=("self",)).filter(ref__in=moved).select_related("unit")
    for one in found:
        if one.moves != moved[one.ref]:
            words = _("Đề nghị %(ref)s đã đi tiếp sau lần nhập này nên không hoàn tác được.")
            raise Refused("changed_since", words, ref=one.ref)
        requests.change_step(
            one, RequestStep.SENT, by=by, now=now, note=_("hoàn tác kết quả"), result=None, answered_at=None, why=""
        )
