"""Looking at who applied: each look is written down with its reason."""

from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.society.support.queries import lookup, secrets
from tinhso.society.support.rights import DECIDE_SUPPORT, TAKE_SUPPORT
from tinhso.society.support.services import record


def reveal_applicant(*, ref: str, why: str, by: Actor) -> dict[str, Any]:
    """Name and numbers in full, for those who take or decide there; refuses without a reason."""
    application = lookup.visible_application(ref, by=by)
    if not (by.can(TAKE_SUPPORT, at=application.unit) or by.can(DECIDE_SUPPORT, at=application.unit)):
        raise Forbidden("no_right", _("Bạn không có quyền xem dữ liệu cá nhân của hồ sơ này."))
    if len(why.strip()) < record.SHORTEST:
        raise Refused("no_reason", _("Hãy ghi vì sao cần xem (từ 10 chữ): lý do được ghi vào nhật ký."))
    audit.record_view(by=by, what=(record.SUBJECT, application.ref), why=why.strip()[:500])
    return secrets.unseal_personal(application.programme, application.person.sealed)
