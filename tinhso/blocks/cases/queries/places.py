"""Where a case may be handed in, and who is competent for it."""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tinhso.blocks.cases.contract import ProcedureOption
from tinhso.blocks.cases.rights import RECEIVE_CASES
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level, Unit
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


def receiving_places(by: Actor, today: date) -> QuerySet[Unit]:
    """The places of ``today`` where ``by`` may receive."""
    current_units = units.at(today)
    return current_units if RECEIVE_CASES in by.everywhere else current_units.filter(pk__in=by.places(RECEIVE_CASES))


def communes_of_day(today: date) -> QuerySet[Unit]:
    """The communes of ``today``."""
    return units.at(today).filter(level=Level.COMMUNE).order_by("sort_key")


def competent_unit(offer: ProcedureOption, receiving_unit: Unit, chosen: str, today: date) -> Unit:
    """Who decides: the department that the procedure names, or the commune that is chosen or receives."""
    if offer.agency:
        unit = units.agency(offer.agency, today)
        if unit is None:
            raise Refused(
                "no_agency",
                _("Chưa có cơ quan mang mã %(code)s trong hệ thống. Hãy báo người giữ danh mục thủ tục."),
                code=offer.agency,
            )
        return unit
    if chosen:
        return at_today(chosen, today, level=Level.COMMUNE)
    if receiving_unit.level == Level.COMMUNE:
        return receiving_unit
    raise Refused("no_commune", _("Hãy chọn xã, phường giải quyết hồ sơ."))


def at_today(ref: str, today: date, *, level: Level | None = None) -> Unit:
    """A unit of ``today`` by its reference, or by its name; refuses what is not there any more."""
    current_units = units.at(today) if level is None else units.at(today).filter(level=level)
    unit = current_units.filter(ref=ref).first() or current_units.filter(name=ref).first()
    if unit is None:
        raise Refused("unknown_unit", _("Không có đơn vị nào có mã “%(ref)s”."), ref=ref[:40])
    return unit


def is_there(unit: Unit, day: date) -> bool:
    """Whether a unit is still, or already, there on a day."""
    return units.at(day).filter(pk=unit.pk).exists()
