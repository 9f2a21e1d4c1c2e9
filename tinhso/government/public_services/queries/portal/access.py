"""Who looks after what the portal is told."""

from tinhso.blocks.bpmn.rights import MANAGE_PROCEDURES
from tinhso.blocks.outbox.rights import OPERATE_SYSTEM
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, gettext_noop

RIGHTS = (OPERATE_SYSTEM, MANAGE_PROCEDURES)


def may_mend(by: Actor) -> bool:
    """Whether ``by`` runs the system or keeps the catalogue of procedures."""
    return any(by.can(right) for right in RIGHTS)


def must_mend(by: Actor) -> None:
    """Refuse everybody else."""
    if not may_mend(by):
        raise Forbidden(
            "no_right", gettext_noop("Chỉ quản trị hệ thống và cán bộ kiểm soát thủ tục được làm việc này.")
        )
