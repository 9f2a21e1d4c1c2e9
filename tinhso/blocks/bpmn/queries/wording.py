"""What elements are called where people read of them."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tinhso.blocks.bpmn.queries.shapes import Family, Kind, Node

FAMILIES: Mapping[Family, Promise] = {
    Family.MESSAGE: _lazy("thông điệp"),
    Family.SIGNAL: _lazy("tín hiệu"),
    Family.CONDITION: _lazy("điều kiện"),
    Family.TIME: _lazy("thời điểm"),
    Family.ERROR: _lazy("lỗi"),
    Family.ESCALATION: _lazy("báo lên trên"),
    Family.CANCEL: _lazy("hủy bỏ"),
}


def name_of(node: Node) -> str:
    """An element's name; of what is waited for, that it is waited for."""
    family = str(FAMILIES[node.sign.family]) if node.sign is not None else ""
    name = node.name or (node.sign.name if node.sign is not None else "")
    if node.kind is not Kind.EVENT:
        return name or family or node.id
    words = _("Nếu xảy ra: %(what)s") if node.attached_to else _("Chờ: %(what)s")
    return (words % {"what": f"{name} ({family})" if name else family or node.id})[:200]
