"""What directives are about: the kinds by name, places of the province, and words to begin with."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Subject
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Unit
from tinhso.government.programme.models import Work
from tinhso.government.programme.queries import goals, lookup
from tinhso.kernel.errors import Refused
from tinhso.ui.wording import name_in_language


def subject_kinds() -> dict[str, str]:
    """Kinds of things that a directive may be about, by name."""
    return {
        "indicator": _("chỉ tiêu"),
        "alert": _("cảnh báo"),
        "place": _("địa bàn"),
        "spot": _("chỗ trên bản đồ"),
        "dossier": _("hồ sơ"),
        "report": _("phản ánh"),
        "goal": _("mục tiêu"),
    }


def unit_subject(ref: str) -> Subject | None:
    """A unit of the province."""
    try:
        unit = units.by_ref(ref)
    except Refused:
        return None
    return Subject("place", unit.ref, name_in_language(unit), reverse("units:history", args=[unit.ref]), unit=unit.ref)


def suggested_title(subject: Subject) -> str:
    """Words for the title of a directive about something."""
    words = {
        "indicator": _("Có biện pháp với chỉ tiêu: %(what)s"),
        "alert": _("Xử lý cảnh báo: %(what)s"),
        "dossier": _("Giải quyết hồ sơ: %(what)s"),
        "report": _("Xử lý phản ánh: %(what)s"),
        "goal": _("Bảo đảm mục tiêu: %(what)s"),
        "spot": _("Kiểm tra, xử lý tại: %(what)s"),
    }
    return words.get(subject.kind, "%(what)s") % {"what": subject.label}


def possible_successors(work: Work, today: date) -> list[Unit]:
    """Who may go on with what an ended unit left: its successors, or whoever may be given work where it has none."""
    return units.successors(work.unit, today) or lookup.receiving_units(today)


def goal_subject(ref: str) -> Subject | None:
    """A goal that holds, with the indicator that measures it."""
    title, indicator = goals.subject_words(ref)
    return Subject("goal", ref, title, reverse("programme:goal", args=[ref]), indicator=indicator) if title else None
