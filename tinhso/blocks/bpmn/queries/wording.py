"""What elements are called where people read of them."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tinhso.blocks.bpmn.queries.shapes import ElementKind, EventFamily, ProcessNode

FAMILIES: Mapping[EventFamily, Promise] = {
    EventFamily.MESSAGE: _lazy("thông điệp"),
    EventFamily.SIGNAL: _lazy("tín hiệu"),
    EventFamily.CONDITION: _lazy("điều kiện"),
    EventFamily.TIME: _lazy("thời điểm"),
    EventFamily.ERROR: _lazy("lỗi"),
    EventFamily.ESCALATION: _lazy("báo lên trên"),
    EventFamily.CANCEL: _lazy("hủy bỏ"),
}


def name_of(node: ProcessNode) -> str:
    """An element's name; of what is waited for, that it is waited for."""
    family = str(FAMILIES[node.sign.family]) if node.sign is not None else ""
    name = node.name or (node.sign.name if node.sign is not None else "")
    if node.kind is not ElementKind.EVENT:
        return name or family or node.id
    words = _("Nếu xảy ra: %(what)s") if node.attached_to else _("Chờ: %(what)s")
    return (words % {"what": f"{name} ({family})" if name else family or node.id})[:200]
