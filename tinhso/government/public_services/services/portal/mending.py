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
    dispatch = _stuck_message(pk)
    _requeue_message(dispatch, by, now)
    return dispatch


@transaction.atomic
def retry_all(*, by: Actor, now: datetime) -> int:
    """The same for every dead message, after the portal was away for long; says how many."""
    access.must_mend(by)
    dead = list(Dispatch.objects.select_for_update().filter(state=State.DEAD).order_by("pk"))
    for dispatch in dead:
        _requeue_message(dispatch, by, now)
    return len(dead)


@transaction.atomic
def skip_message(*, pk: int, why: str, by: Actor, now: datetime) -> Dispatch:
    """Do without a message, for a reason, so that what comes after it may go."""
    access.must_mend(by)
    dispatch = _stuck_message(pk)
    if not why.strip():
        raise Refused("no_reason", _("Hãy ghi rõ lý do bỏ qua."))
    dispatch.state, dispatch.skipped_by, dispatch.skipped_why, dispatch.next_at = (
        State.SKIPPED,
        by.name,
        why.strip(),
        None,
    )
    dispatch.save(update_fields=["state", "skipped_by", "skipped_why", "next_at"])
    audit.record(by=by, did="skipped portal message", to=_audit_subject(dispatch), after={"why": dispatch.skipped_why})
    wake_sender(dossier=dispatch.dossier)
    return dispatch


def _stuck_message(pk: int) -> Dispatch:
    dispatch = Dispatch.objects.select_for_update().filter(pk=pk).first()
    if dispatch is None:
        raise Refused("unknown_message", _("Không có thông điệp này."))
    if dispatch.state not in STUCK:
        raise Refused("not_stuck", _("Thông điệp này không dừng lại, không cần xử lý. Hãy tải lại trang."))
    return dispatch


def _requeue_message(dispatch: Dispatch, by: Actor, now: datetime) -> None:
    before = {"state": dispatch.state, "tries": dispatch.tries}
    dispatch.state, dispatch.tries, dispatch.next_at = State.WAITING, 0, now
    dispatch.save(update_fields=["state", "tries", "next_at"])
    audit.record(by=by, did="retried portal message", to=_audit_subject(dispatch), before=before)
    wake_sender(dossier=dispatch.dossier)


def _audit_subject(dispatch: Dispatch) -> tuple[str, str]:
    return Dispatch._meta.label, f"{dispatch.dossier} #{dispatch.number} {dispatch.kind}"
