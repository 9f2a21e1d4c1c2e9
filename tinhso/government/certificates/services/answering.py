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
        certificate_request.ref: certificate_request
        for certificate_request in Request.objects.select_for_update(of=("self",))
        .filter(batch=run.batch, ref__in=[line["ref"] for line in run.lines])
        .select_related("unit", "certificate")
    }
    for line in run.lines:
        request = waiting[line["ref"]]
        if request.step != RequestStep.SENT:
            words = _("Đề nghị %(ref)s đã có kết quả từ khi bạn xem trước. Hãy tải tệp lên lại.")
            raise Refused("changed_since", words, ref=request.ref)
        if line["refused"]:
            requests.change_step(request, RequestStep.REFUSED, by=by, now=now, why=line["why"])
            touched.append({"request": request.ref, "moves": request.moves})
            continue
        words_of = _apply_granted(request, line, run, by, now)
        result = words_of[0].certificate
        requests.change_step(request, RequestStep.ANSWERED, by=by, now=now, note=line["serial"], result=result)
        touched.append({"request": request.ref, "moves": request.moves})
        touched += [
            {"certificate": version.certificate.ref, "at": version.known.lower.isoformat()} for version in words_of
        ]
    return touched


def _apply_granted(request: Request, line: Line, run: Run, by: Actor, now: datetime) -> list[Version]:
    """The register's new words: that of the resulting certificate first."""
    common: Line = {"by": by, "now": now, "source": request.ref}
    today = clock.local(now).date()
    if request.ask == RequestPurpose.ISSUE:
        return [_register_issued(request, line, common)]
    assert request.certificate is not None
    certificate = lookup.locked_certificate(request.certificate.ref)
    changes = _certificate_changes(request, line)
    if request.ask == RequestPurpose.REVOKE:
        return [record.record_change(certificate, since=today, did="revoked", **common, **changes)]
    did = {RequestPurpose.RENEW: "renewed", RequestPurpose.CHANGE: "changed", RequestPurpose.RECOVER: "recovered"}[
        RequestPurpose(request.ask)
    ]
    if not line["serial"] or line["serial"] == certificate.serial:
        return [record.record_change(certificate, since=today, did=did, **common, **changes)]
    live = lookup.versions_on(today).filter(certificate=certificate).get()
    values = {name: getattr(live, name) for name in record.SAID} | changes
    first = date.fromisoformat(line["first_day"]) if line["first_day"] else today
    fresh = record.register_certificate(
        issuer=line["issuer"] or certificate.issuer,
        serial=line["serial"],
        since=first,
        did=did,
        replaces=certificate,
        demo=certificate.is_demo,
        **common,
        **(values | {"first_day": first}),
    )
    over: Line = {"state": CertificateState.REVOKED.value, "reason": "replaced", **SETTLED}
    return [fresh, record.record_change(certificate, since=today, did="replaced", **common, **over)]


def _register_issued(request: Request, line: Line, common: Line) -> Version:
    values: Line = dict(request_form.certificate_changes(request.ask, request.kind, request.values))
    first, last = date.fromisoformat(line["first_day"]), date.fromisoformat(line["last_day"])
    subject = line["subject"] or values.get("subject") or values.get("holder") or request.unit.name
    device = values.get("device") or (KeyDevice.SIM if request.kind == "sim" else KeyDevice.NONE).value
    return record.register_certificate(
        issuer=line["issuer"],
        serial=line["serial"],
        since=first,
        did="issued",
        demo=request.is_demo,
        **common,
        **(
            values
            | {
                "kind": request.kind,
                "unit": request.unit,
                "subject": subject,
                "device": device,
                "first_day": first,
                "last_day": last,
                "device_serial": line["device_serial"][:64],
            }
        ),
    )


def _certificate_changes(request: Request, line: Line) -> Line:
    """What an answered request changes of its certificate."""
    values: Line = dict(request_form.certificate_changes(request.ask, request.kind, request.values))
    if request.ask == RequestPurpose.REVOKE:
        return values | {
            "state": CertificateState.REVOKED.value,
            "reason": values.get("reason") or "authority",
            **SETTLED,
        }
    if line["subject"]:
        values["subject"] = line["subject"]
    if line["last_day"]:
        values["last_day"] = date.fromisoformat(line["last_day"])
    if line["device_serial"]:
        values["device_serial"] = line["device_serial"][:64]
    if request.ask == RequestPurpose.CHANGE:
        values |= SETTLED
    if request.ask == RequestPurpose.RECOVER:
        values["state"] = CertificateState.ACTIVE.value
    return values


def take_back(run: Run, *, by: Actor, now: datetime) -> None:
    """Requests wait for their answers again; refuses when one has gone on meanwhile."""
    moved = {
        touched_entry["request"]: touched_entry["moves"]
        for touched_entry in run.touched
        if touched_entry.get("request")
    }
    moved_requests = Request.objects.select_for_update(of=("self",)).filter(ref__in=moved).select_related("unit")
    for request in moved_requests:
        if request.moves != moved[request.ref]:
            words = _("Đề nghị %(ref)s đã đi tiếp sau lần nhập này nên không hoàn tác được.")
            raise Refused("changed_since", words, ref=request.ref)
        requests.change_step(
            request, RequestStep.SENT, by=by, now=now, note=_("hoàn tác kết quả"), result=None, answered_at=None, why=""
        )
