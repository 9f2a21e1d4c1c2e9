"""Published values of one unit, for others who must agree with them."""

from collections.abc import Iterable, Mapping

from tinhso.government.reporting.models import Return


def by_month(code: str, unit: str, periods: Iterable[str]) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Values of the data set ``code`` about the unit ``unit``: period → member → field → decimal text."""
    values_by_period: dict[str, dict[str, dict[str, str]]] = {}
    returns = Return.objects.filter(data_set__code=code, period__in=list(periods), published_revision__isnull=False)
    rows = returns.filter(published_revision__rows__unit__ref=unit).values_list(
        "period", "published_revision__rows__member", "published_revision__rows__values"
    )
    for period, member, values in rows:
        values_by_period.setdefault(period, {})[member] = values
    return values_by_period
