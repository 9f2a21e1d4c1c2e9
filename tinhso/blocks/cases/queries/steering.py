"""A case as something that one may give a directive about."""

from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.cases.queries import lookup
from tinhso.blocks.indicators.contract import Subject
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


def subject_of_case(code: str, by: Actor) -> Subject | None:
    """The case at the unit that handles it; None for one that is not for the reader."""
    try:
        case = lookup.visible_case(code, by=by)
    except Refused:
        return None
    label = _("Hồ sơ %(code)s: %(name)s") % {"code": case.code, "name": case.name}
    return Subject("dossier", case.code, label, reverse("cases:case", args=[case.code]), case.unit.ref)
