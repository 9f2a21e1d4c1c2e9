"""A few bulletins of the demo, through the same services as real ones: two monthly issues, a quarterly draft."""

from datetime import datetime

from tinhso.blocks.identity import queries as identity
from tinhso.blocks.units.models import Unit
from tinhso.ioc.models import Bulletin, BulletinTemplate
from tinhso.ioc.queries import bulletins as queries
from tinhso.ioc.queries.places import known_places
from tinhso.ioc.rights import APPROVE_BULLETINS, WRITE_BULLETINS
from tinhso.ioc.services import bulletins as services
from tinhso.kernel import periods, province
from tinhso.kernel.actor import Actor
from tinhso.kernel.periods import Period, PeriodType


def issue_bulletins(*, now: datetime) -> int:
    """Issue what is missing of the demo's bulletins; returns how many were made. Nothing where nobody may."""
    count = 0
    home = known_places().home
    unit = Unit.objects.get(pk=home.pk) if home is not None else None
    writer, approver = _writer_and_approver(unit) if unit is not None else (None, None)
    if unit is None or writer is None or approver is None:
        return 0
    for template in queries.templates_in_use():
        for period in _demo_periods(PeriodType(template.period_type)):
            if not Bulletin.objects.filter(template=template, unit=unit, period=period.code).exists():
                _make_issue(template, period, writer, approver, now)
                count += 1
    return count


def _make_issue(template: BulletinTemplate, period: Period, writer: Actor, approver: Actor, now: datetime) -> None:
    """Months are issued; longer periods are left to whoever tries the demo."""
    bulletin = services.draft(template=template.code, period=period.code, by=writer, now=now)
    if period.kind is PeriodType.MONTH:
        services.submit(ref=bulletin.ref, by=writer, now=now)
        services.issue(ref=bulletin.ref, by=approver, now=now)


def _writer_and_approver(unit: Unit) -> tuple[Actor | None, Actor | None]:
    """Two of the demo's people: one who may write, and another who may approve."""
    approver = next(iter(identity.holders_of_rights(APPROVE_BULLETINS, at=unit)), None)
    writers = [
        person
        for person in identity.holders_of_rights(WRITE_BULLETINS, at=unit)
        if approver is None or person.pk != approver.pk
    ]
    first = identity.actor_for(writers[0]) if writers else None
    return first, identity.actor_for(approver) if approver is not None else None


def _demo_periods(kind: PeriodType) -> list[Period]:
    """The last periods for which the demo has figures, oldest first; of a year none."""
    text = province.province_facts().demo.last_period
    if not text or kind is PeriodType.YEAR:
        return []
    last = periods.parse(str(text))
    period = periods.of(last.end, kind)
    newest = period if period.end <= last.end else period.shift(-1)
    return [newest.shift(-1), newest] if kind is PeriodType.MONTH else [newest]
