"""The one way in which a request changes: its fields, an entry and the audit log together."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.signature_requests.models import Entry, Request
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


def update_request(request: Request, *, did: str, by: Actor, now: datetime, note: str = "", **fields: Any) -> None:
    """Change fields of a request that the caller holds locked, and write down what happened."""
    for name, value in fields.items():
        setattr(request, name, value)
    request.entries_count += 1
    request.save(update_fields=[*fields, "entries_count"])
    Entry.objects.create(
        request=request,
        number=request.entries_count,
        at=now,
        by=by.ref,
        by_name=by.name,
        did=did,
        version=request.version,
        note=note,
    )
    values = {"version": request.version, "state": request.state, **({"note": note} if note else {})}
    audit.record(by=by, did=f"signing {did}", to=request, after=values)


def event_fields(request: Request, to: str) -> dict[str, Any]:
    """What every event of a request tells; ``to`` is whom it concerns now."""
    return {
        "ref": request.ref,
        "number": request.entries_count,
        "about": request.about,
        "unit": request.unit.ref,
        "to": to,
    }


def must_be(request: Request, *states: str) -> None:
    """Refuse a request in another state."""
    if request.state not in states:
        raise Refused(
            "not_now",
            _("Văn bản đang ở trạng thái “%(state)s” nên không làm được việc này. Hãy tải lại trang."),
            state=request.get_state_display(),
        )


def must_say_why(why: str) -> str:
    """The reason, tidied; refuses to go without."""
    if not why.strip():
        raise Refused("no_reason", _("Hãy ghi rõ lý do."))
    return why.strip()[:2000]
