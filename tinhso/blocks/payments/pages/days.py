"""A unit's day: counted, compared, signed."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tinhso.blocks.payments import services
from tinhso.blocks.payments.models import Posting
from tinhso.blocks.payments.pages.params import perform_or_explain, posted_amount, unit_of
from tinhso.blocks.payments.queries import days, statements
from tinhso.blocks.payments.rights import OVERSEE_PAYMENTS, SEE_PAYMENTS, TAKE_PAYMENTS
from tinhso.kernel import clock
from tinhso.ui.actors import actor_of
from tinhso.ui.request_params import day_in, posted_field

LABELS = {**dict(Posting.Kind.choices)}


@require_safe
@login_required
def all_days(request: HttpRequest) -> HttpResponse:
    """The days on which something was booked, and today of each unit that takes money."""
    by = actor_of(request)
    by.must_be_able_to(SEE_PAYMENTS)
    booked_days = days.booked_days(by)
    today = clock.today()
    booked = {(unit.pk, day) for unit, day, _closing in booked_days}
    quiet = {account.unit for account in statements.accounts_of(by) if (account.unit_id, today) not in booked}
    todays = [(unit, today, None) for unit in sorted(quiet, key=lambda unit: unit.ref)][:20]
    return render(request, "payments/days.html", {"days": [*todays, *booked_days], "today": today, "tab": "days"})


@require_safe
@login_required
def day_page(request: HttpRequest, unit: str, day: str) -> HttpResponse:
    """What was ordered and what came, by papers and by the ledger, and what differs."""
    by, payment_unit, selected_day = actor_of(request), unit_of(unit), day_in(day)
    by.must_be_able_to(SEE_PAYMENTS, at=payment_unit)
    if selected_day is None:
        raise Http404
    payment_day = days.day_of(payment_unit, selected_day)
    context = {
        "told": payment_day,
        "ways": [(LABELS[way.code], way) for way in payment_day.ways],
        "count": payment_day.count,
        "expected": payment_day.cash,
        "is_today": selected_day == clock.today(),
        "may_count": by.can(TAKE_PAYMENTS, at=payment_unit)
        and selected_day == clock.today()
        and payment_day.closing is None,
        "may_close": by.can(OVERSEE_PAYMENTS, at=payment_unit)
        and selected_day <= clock.today()
        and payment_day.closing is None,
        "tab": "days",
    }
    return render(request, "payments/day.html", context)


@require_POST
@login_required
def act_on_day(request: HttpRequest, unit: str, day: str) -> HttpResponse:
    """Count the drawer, or sign the day off."""
    by, now, payment_unit, selected_day = actor_of(request), clock.now(), unit_of(unit), day_in(day)
    by.must_be_able_to(SEE_PAYMENTS, at=payment_unit)
    if selected_day is None:
        raise Http404
    note = posted_field(request, "note", 300)
    wish = posted_field(request, "act", 300)

    def count() -> None:
        services.count_cash(unit=payment_unit, counted=posted_amount(request, "counted"), note=note, by=by, now=now)

    def close() -> None:
        services.close_day(unit=payment_unit, day=selected_day, explained=note, by=by, now=now)

    if wish == "count":
        perform_or_explain(request, count, _("Đã ghi số tiền đếm được."))
    elif wish == "close":
        perform_or_explain(request, close, _("Đã chốt ngày."))
    return redirect("payments:day", unit=unit, day=day)
