"""Amounts, units and filters as pages of payments send them."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.blocks.payments.queries.orders import OrderFilter
from tinhso.blocks.payments.queries.statements import amount_of
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Unit
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.ui.request_params import day_in, posted_field, query_param

LONGEST = 300
TABS = (
    ("desk", "payments:desk"),
    ("transfers", "payments:transfers"),
    ("refunds", "payments:refunds"),
    ("days", "payments:days"),
)


def posted_amount(request: HttpRequest, name: str = "amount") -> int:
    """Whole đồng as people write them; refuses what is no amount."""
    amount = amount_of(posted_field(request, name, 300))
    if amount is None:
        raise Refused("bad_amount", _("Số tiền phải là số nguyên đồng, ví dụ 150.000."))
    return amount


def wanted_of(request: HttpRequest) -> OrderFilter:
    """Which orders are asked for; an address may ask for anything."""
    values = {name: query_param(request, name, LONGEST) for name in ("q", "state", "channel")}
    since, until = (day_in(request.GET.get(name, "")) for name in ("since", "until"))
    return OrderFilter(values["q"], values["state"], values["channel"], since, until)


def unit_of(ref: str) -> Unit:
    """The unit in an address or form; refuses an unknown one."""
    return units.by_ref(ref)


def perform_or_explain(request: HttpRequest, act: Callable[[], object], done: str) -> bool:
    """Do something; say that it was done, or what to do instead. A missing right is not a message but a refusal."""
    try:
        act()
    except Forbidden as refusal:
        if refusal.code == "no_right":
            raise
        request.refusal = refusal  # type: ignore[attr-defined]  # for whoever writes refusals down
        messages.error(request, refusal.message)
        return False
    except Refused as refusal:
        if refusal.code.startswith("unknown_"):
            raise
        messages.error(request, refusal.message)
        return False
    messages.success(request, done)
    return True
