"""What is wrong with whole data sets: returns that are overdue, and published values that stand against a rule."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import ConcernPlace, DataSetConcern
from tinhso.government.reporting.models import Return
from tinhso.government.reporting.queries import lateness
from tinhso.kernel import clock
from tinhso.ui.wording import period_text

LATE, RULE = "late", "rule"
LOOKED_BACK = timedelta(days=370)  # older values have had their turn; who still doubts them opens them again
SHOWN = 2


def return_concerns(now: datetime) -> Iterator[DataSetConcern]:
    """One concern for each data set and period that has late returns or standing warnings."""
    yield from _concerns_by_form(LATE, lateness.late_returns(now))
    yield from _concerns_by_form(RULE, doubtful_returns(now))


def doubtful_returns(now: datetime) -> QuerySet[Return]:
    """Published returns of the last year whose values were published although the checks warned."""
    since = clock.local(now - LOOKED_BACK).date()
    returns = Return.objects.filter(published_revision__isnull=False, period_end__gte=since)
    returns = returns.exclude(published_revision__warnings=[])
    return returns.select_related("data_set", "unit", "published_revision").order_by("period_end", "unit__sort_key")


def _concerns_by_form(kind: str, found: Iterable[Return]) -> Iterator[DataSetConcern]:
    groups: dict[tuple[str, str], list[Return]] = defaultdict(list)
    for unit_return in found:
        groups[unit_return.data_set.code, unit_return.period].append(unit_return)
    expected = _expected_counts(groups)
    for (code, period), returns in groups.items():
        data_set = returns[0].data_set
        yield DataSetConcern(
            kind=kind,
            data_set=code,
            name=data_set.name,
            domain=data_set.domain,
            agency=data_set.agency,
            period=period,
            places=tuple(_concern_place(kind, form_return) for form_return in returns),
            expected=expected[code, period],
            name_en=data_set.name_en,
        )


def _expected_counts(groups: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """How many returns there are of each data set and period."""
    form_periods = set(groups)
    codes, at = {code for code, _period in form_periods}, {period for _code, period in form_periods}
    returns = Return.objects.filter(data_set__code__in=codes, period__in=at).order_by()
    counted = returns.values_list("data_set__code", "period").annotate(many=Count("pk"))
    return {(code, period): many for code, period, many in counted}


def _concern_place(kind: str, one: Return) -> ConcernPlace:
    if kind == LATE:
        words = _("chưa gửi báo cáo %(period)s") % {"period": period_text(one.period)}
        return ConcernPlace(one.unit.ref, reverse("reporting:return", args=[one.ref]), one.due_at, words)
    warnings = one.published_revision.warnings if one.published_revision else []
    text = "; ".join(str(warning.get("message", "")) for warning in warnings[:SHOWN])
    href = f"{reverse('reporting:return', args=[one.ref])}#problems"
    return ConcernPlace(one.unit.ref, href, one.published_at or one.due_at, text)
