"""Points of the index: written down by column, each change a version of its own."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.units import queries as units
from tinhso.government.programme.models import Score
from tinhso.government.programme.queries import dti
from tinhso.government.programme.rights import MANAGE_PROGRAMME
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


@transaction.atomic
def record_score(
    *,
    year: int,
    criterion: str,
    column: str,
    points: Decimal,
    by: Actor,
    now: datetime,
    why: str = "",
    source: str = "",
    illustrative: bool = False,
) -> Score:
    """Points of a criterion in a column; verified and published ones need the document that says so.

    Points that change replace none: the former version keeps until when it was known, and the change says why.
    """
    must_score(by, now)
    dti_criterion = dti.index().criterion(criterion)
    if column not in dti.COLUMNS or not 0 <= points <= (
        dti_criterion.most if dti_criterion.most is not None else Decimal(1000)
    ):
        raise Refused("bad_points", _("Điểm phải từ 0 đến điểm tối đa của chỉ số."))
    if column != Score.Column.SELF and not source.strip():
        raise Refused("no_source", _("Điểm thẩm định, điểm công bố phải ghi văn bản."))
    former = Score.objects.select_for_update().filter(year=year, criterion=criterion, column=column, known_to=None)
    before = former.first()
    if before is not None:
        if before.points != points and not why.strip():
            raise Refused("no_reason", _("Sửa điểm thì phải giải trình."))
        before.known_to = now
        before.save(update_fields=["known_to"])
    fresh = Score.objects.create(
        year=year,
        criterion=criterion,
        column=column,
        points=points,
        why=why.strip()[:1000],
        source=source.strip()[:200],
        known_from=now,
        by=by.ref,
        by_name=by.name,
        illustrative=illustrative,
    )
    values = {"points": str(before.points)} if before is not None else None
    audit.record(by=by, did="index scored", to=fresh, before=values, after={"points": str(points), "column": column})
    return fresh


def must_score(by: Actor, now: datetime) -> None:
    """Refuse unless ``by`` manages the programme of the province."""
    by.must_be_able_to(MANAGE_PROGRAMME, at=units.province(clock.local(now).date()))
