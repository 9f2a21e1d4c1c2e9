"""Rights, and finding one application or programme that somebody may see."""

from datetime import date

from django.db.models import Case, Q, QuerySet, When
from django.utils.translation import gettext as _

from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level, Unit
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.society.support.models import Application, Programme, Quota
from tinhso.society.support.rights import DECIDE_SUPPORT, MANAGE_SUPPORT, SEE_SUPPORT, TAKE_SUPPORT

RIGHTS = (SEE_SUPPORT, TAKE_SUPPORT, DECIDE_SUPPORT, MANAGE_SUPPORT)
HIDDEN = [Application.State.UNCONFIRMED, Application.State.EXPIRED]


def unknown_application(ref: str) -> Refused:
    """What is said of an application that does not exist."""
    return Refused("unknown_application", _("Không có hồ sơ hỗ trợ nào mang mã “%(ref)s”."), ref=ref[:40])


def locked_by_ref(ref: str) -> Application:
    """An application held until the transaction ends."""
    application = Application.objects.select_for_update(of=("self",)).filter(ref=ref[:24]).first()
    if application is None:
        raise unknown_application(ref)
    return application


def within_reach(by: Actor, *rights: str) -> Q:
    """What lies where one of ``rights`` reaches."""
    if any(right in by.everywhere for right in rights):
        return Q()
    return Q(unit__in=sorted(frozenset[int]().union(*(by.places(right) for right in rights))))


def seen_by(by: Actor) -> QuerySet[Application]:
    """The applications that ``by`` may read; what nobody has confirmed yet is none."""
    applications = Application.objects.filter(within_reach(by, *RIGHTS)).exclude(state__in=HIDDEN)
    return applications.select_related("programme", "unit", "origin_unit")


def must_be_outside(application: Application, *, by: Actor) -> None:
    """Refuse whoever has a right over the application: they do not act for who applied, whatever key they hold."""
    if by.kind == "person" and any(by.can(right, at=application.unit) for right in RIGHTS):
        raise Forbidden(
            "four_eyes",
            _("Bạn có quyền trên hồ sơ này nên không làm thay người đề nghị được. Hãy để họ tự làm bằng khóa của họ."),
        )


def visible_application(ref: str, *, by: Actor) -> Application:
    """An application that ``by`` may read; refuses others'."""
    applications = Application.objects.filter(ref=ref[:24]).exclude(state__in=HIDDEN)
    application = applications.select_related("programme", "unit", "origin_unit", "line__unit", "rules").first()
    if application is None:
        raise unknown_application(ref)
    if not any(by.can(right, at=application.unit) for right in RIGHTS):
        raise Forbidden("not_your_application", _("Hồ sơ này không thuộc nơi bạn làm việc."))
    return application


def programme(code: str) -> Programme:
    """A programme; refuses an unknown one."""
    matched_programme = Programme.objects.filter(code=code[:40]).select_related("unit").first()
    if matched_programme is None:
        raise Refused("unknown_programme", _("Không có chương trình hỗ trợ “%(code)s”."), code=code[:40])
    return matched_programme


def programmes() -> QuerySet[Programme]:
    """All programmes, those that take applications first, the newest before."""
    shut = Case(When(state__in=["open", "paused"], then=0), default=1)
    return Programme.objects.select_related("unit").order_by(shut, "-starts_on", "pk")


def commune(ref: str, day: date) -> Unit:
    """A commune of ``day``; refuses anything else."""
    unit = units.at(day).filter(level=Level.COMMUNE, ref=ref[:40]).first()
    if unit is None:
        raise Refused("unknown_commune", _("Hãy chọn xã, phường nơi cư trú."))
    return unit


def communes(day: date) -> QuerySet[Unit]:
    """The communes of ``day``, as in a dictionary."""
    return units.at(day).filter(level=Level.COMMUNE).order_by("sort_key")


def line_for(programme: Programme, unit: Unit) -> Quota | None:
    """The quota that an application of ``unit`` draws from: the nearest line upwards, else the programme's own."""
    way, at = [], unit
    for _step in range(5):
        way.append(at.pk)
        if at.parent is None:
            break
        at = at.parent
    quotas_by_key = {
        quota.unit_id: quota for quota in Quota.objects.filter(programme=programme, unit__in=[*way, programme.unit_id])
    }
    return next((quotas_by_key[pk] for pk in [*way, programme.unit_id] if pk in quotas_by_key), None)


def home_of(by: Actor, day: date) -> Unit:
    """The unit whose programmes ``by`` begins: that of their post, else the province."""
    candidate_units = units.at(day)
    if by.places(MANAGE_SUPPORT):
        candidate_units = candidate_units.filter(pk__in=by.places(MANAGE_SUPPORT))
    unit = candidate_units.order_by("level", "sort_key").first()
    if unit is None:
        raise Forbidden("no_right", _("Bạn không có quyền lập chương trình hỗ trợ."))
    return unit
