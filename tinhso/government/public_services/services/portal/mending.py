"""What somebody does about a message that did not get through."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.government.public_services.models import Dispatch
from tinhso.government.public_services.queries.portal import access
from tinhso.government.public_services.services.portal.queueing import wake_sender
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

State = Dispatch.State
STUCK = (State.DEAD, State.FAILED)


@transaction.atomic
def retry_message(*, pk: int, by: Actor, now: datetime) -> Dispatch:
    """Let a message that failed or is dead go again at once, with all its tries before it."""
    access.must_mend(by)
    one = _stuck_message(pk)
    _requeue_message(one, by, now)
    return one


@transaction.atomic
def retry_all(*, by: Actor, now: datetime) -> int:
    """The same for every dead message, after the portal was away for long; says how many."""
    access.must_mend(by)
    dead = list(Dispatch.objects.select_for_update().filter(state=State.DEAD).order_by("pk"))
    for one in dead:
        _requeue_message(one, by, now)
    return len(dead)


@transaction.atomic
def skip_message(*, pk: int, why: str, by: Actor, now: datetime) -> Dispatch:
    """Do without a message, for a reason, so that what comes after it may go."""
    access.must_mend(by)
    one = _stuck_message(pk)
    if not why.strip():
        raise Refused("no_reason", _("Hãy ghi rõ lý do bỏ qua."))
    one.state, one.skipped_by, one.skipped_why, one.next_at = State.SKIPPED, by.name, why.strip(), None
    one.save(update_fields=["state", "skipped_by", "skipped_why", "next_at"])
    audit.record(by=by, did="skipped portal message", to=_audit_subject(one), after={"why": one.skipped_why})
    wake_sender(dossier=one.dossier)
    return one


def _stuck_message(pk: int) -> Dispatch:
    one = Dispatch.objects.select_for_update().filter(pk=pk).first()
    if one is None:
        raise Refused("unknown_message", _("Không có thông điệp này."))
    if one.state not in STUCK:
        raise Refused("not_stuck", _("Thông điệp này không dừng lại, không cần xử lý. Hãy tải lại trang."))
    return one


def _requeue_message(one: Dispatch, by: Actor, now: datetime) -> None:
    before = {"state": one.state, "tries": one.tries}
    one.state, one.tries, one.next_at = State.WAITING, 0, now
    one.save(update_fields=["state", "tries", "next_at"])
    audit.record(by=by, did="retried portal message", to=_audit_subject(one), before=before)
    wake_sender(dossier=one.dossier)


def _audit_subject(one: Dispatch) -> tuple[str, str]:
    return Dispatch._meta.label, f"{one.dossier} #{one.number} {one.kind}"
