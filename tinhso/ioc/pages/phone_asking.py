"""What an address of the phone's pages asks for, and the address of a full page."""

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tinhso.ioc.pages.readers import RequestedView
from tinhso.ioc.queries import indicators
from tinhso.ioc.queries.frame import member_of
from tinhso.ioc.queries.indicators import IndicatorQuery
from tinhso.kernel import periods
from tinhso.kernel.errors import Refused


def asked_of(request: HttpRequest, asking: RequestedView, code: str) -> IndicatorQuery:
    """The indicator, member and period of an address or a form; refuses what there is not."""
    query_params: QueryDict = request.POST if request.method == "POST" else request.GET
    indicator = indicators.read_indicator(asking.at, code)
    member = query_params.get("member", "")
    dimension_member = member_of(asking.at, indicator, member) if member else None
    if member and dimension_member is None:
        raise Refused("unknown_member", _("Chỉ tiêu này không có phân tổ “%(member)s”."), member=member)
    period = query_params.get("period", "")
    return IndicatorQuery(indicator, dimension_member, asking.seen, periods.parse(period).code if period else "")


def page_address(indicator_query: IndicatorQuery, name: str = "ioc:indicator", *more: str, period: bool = True) -> str:
    """A page of just this reading: the full one, or another by its name and what else its address takes."""
    unit_view = indicator_query.seen
    parts = {"unit": unit_view.unit.ref, "period": indicator_query.period if period else "", "basis": unit_view.basis}
    query = {key: value for key, value in (parts | {"member": indicator_query.member_text}).items() if value}
    return f"{reverse(name, args=[indicator_query.indicator.code, *more])}?{urlencode(query)}"
