"""Where a line cannot be read straight on: units rearranged, definitions changed, and notes that people wrote."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _

from tinhso.blocks.indicators.models import Definition
from tinhso.blocks.units.queries import UnitNode
from tinhso.ioc.queries.frame import SnapshotFrame
from tinhso.kernel import periods
from tinhso.kernel.periods import PeriodType

DEFAULTS = {"scale": "1"}
MEANING = ("fact", "kind", "count", "out_of", "scale", "unit_of_measure", "method")


@dataclass(frozen=True)
class Break:
    """A day from which figures mean something else, and why in words."""

    day: date
    label: str
    code: str = ""

    def spec(self, every: str) -> dict[str, str]:
        """As a chart marks it, at the period that holds the day."""
        return {"period": periods.of(self.day, PeriodType(every)).code, "label": self.label}


def unit_breaks(at: SnapshotFrame, basis: str, nodes: Iterable[UnitNode]) -> list[Break]:
    """The days on which units behind the figures were rearranged."""
    days = {day for node in nodes for day in at.places.changes(basis, node.ref)}
    return [Break(day, _("Sắp xếp đơn vị %(day)s") % {"day": f"{day:%d/%m/%Y}"}) for day in sorted(days)]


def definition_breaks(at: SnapshotFrame, codes: Sequence[str]) -> list[Break]:
    """The days on which what an indicator counts, or how, was changed; a new name or target is no break.

    A version that is not the catalogue's yet (loaded since the snapshot, or the moment that is shown) is left out.
    """
    versions: dict[str, list[Definition]] = {}
    for version in Definition.objects.filter(code__in=codes).order_by("code", "effective"):
        versions.setdefault(version.code, []).append(version)
    return [
        Break(later.effective.lower, _break_label(code, later.effective.lower), code)
        for code, definitions in versions.items()
        for former, later in pairwise(_versions_of_catalogue(at, code, definitions))
        if _meaning_fields(former.spec) != _meaning_fields(later.spec)
    ]


def _break_label(code: str, day: date) -> str:
    return _("Đổi cách tính %(code)s %(day)s") % {"code": code, "day": f"{day:%d/%m/%Y}"}


def _versions_of_catalogue(at: SnapshotFrame, code: str, definitions: Sequence[Definition]) -> Sequence[Definition]:
    """Versions up to the one that the catalogue holds."""
    begun = [
        definition
        for definition in definitions
        if definition.effective.lower is None or definition.effective.lower <= at.today
    ]
    indicator = at.catalogue.indicators.get(code)
    while (
        len(begun) > 1 and indicator is not None and _meaning_fields(begun[-1].spec) != _meaning_fields(vars(indicator))
    ):
        begun = begun[:-1]
    return begun


def _meaning_fields(spec: Mapping[str, object]) -> list[str]:
    """What makes a figure another figure; what a definition leaves out is as good as its default."""
    return [str(spec.get(name) or DEFAULTS.get(name, "")).strip() for name in MEANING]


def breaks_inside(breaks: Iterable[Break], first: str, last: str) -> list[Break]:
    """Those that fall inside a range of periods: after its first day."""
    if not (first and last):
        return []
    start, end = periods.parse(first).start, periods.parse(last).end
    return [series_break for series_break in breaks if start < series_break.day <= end]
