"""Money of a case: ordered with the block that takes it, waited for while the clock stands still."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.cases.contract import Status
from tinhso.blocks.cases.models import Case, Pause
from tinhso.blocks.cases.queries import lookup, papers
from tinhso.blocks.cases.rights import RECEIVE_CASES
from tinhso.blocks.cases.services import flow
from tinhso.blocks.cases.services.deciding import pause_held, resume_held
from tinhso.blocks.cases.services.record import must_say_why
from tinhso.blocks.payments import services as payments
from tinhso.blocks.payments.contract import OrderCharge
from tinhso.blocks.payments.models import Order
from tinhso.blocks.payments.rights import ORDER_PAYMENTS
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


@transaction.atomic
def ask_payment(*, code: str, step: int, charges: Sequence[OrderCharge], by: Actor, now: datetime) -> Order:
    """The applicant must pay to who received the case: the clock stands still until the money is there.

    Whoever does the step may ask for what the procedure costs; the order itself is placed in their name.
    """
    case = lookup.locked_case(code)
    flow.open_task(case, step, by=by)
    order = _order_payment(case, charges, by=by, now=now)
    if order.is_settled:
        return order
    reasons = [_("%(name)s: %(amount)s đồng") % {"name": charge.name, "amount": charge.amount} for charge in charges]
    pause_held(case, Status.AWAITING_PAYMENT, Pause.Kind.PAYMENT, reasons, by=by, now=now)
    return order


@transaction.atomic
def order_fees(*, code: str, by: Actor, now: datetime) -> Order:
    """At the desk: what the procedure costs, to be paid now or with the result; the clock runs on."""
    case = lookup.locked_case(code)
    by.must_be_able_to(RECEIVE_CASES, at=case.receiving_unit)
    order_charges = [OrderCharge(charge["name"], charge["amount"]) for charge in case.charges if charge.get("amount")]
    if not order_charges:
        raise Refused("no_fee", _("Thủ tục này chưa ghi mức phí, lệ phí. Hãy lập khoản thu bằng tay."))
    if payments_of(case):
        raise Refused("ordered_already", _("Hồ sơ đã có khoản thu."))
    return _order_payment(case, order_charges, by=by, now=now)


def _order_payment(case: Case, charges: Sequence[OrderCharge], *, by: Actor, now: datetime) -> Order:
    orderer = replace(by, everywhere=by.everywhere | {ORDER_PAYMENTS})
    return payments.place_order(
        about=papers.ref_of(case),
        title=case.name,
        unit=case.receiving_unit,
        charges=charges,
        payer_name=case.party.name,
        by=orderer,
        now=now,
    )


@transaction.atomic
def paid_elsewhere(*, code: str, how: str, by: Actor, now: datetime) -> Case:
    """Who receives says how it was paid, or why nothing is to be paid; refused while an order still waits for money."""
    case = lookup.locked_case(code)
    by.must_be_able_to(RECEIVE_CASES, at=case.receiving_unit)
    if any(order.is_payable for order in payments_of(case)):
        raise Refused("still_payable", _("Hồ sơ còn khoản chờ nộp. Hãy thu tiền hoặc hủy khoản thu ấy trước."))
    resume_held(case, answer=must_say_why(how), by=by, now=now, kind=Pause.Kind.PAYMENT)
    return case


def payments_of(case: Case) -> list[Order]:
    """The orders of a case, the oldest first."""
    return list(Order.objects.filter(about=papers.ref_of(case)).order_by("created_at", "pk"))


@transaction.atomic
def money_arrived(*, about: str, by: Actor, now: datetime) -> Case | None:
    """All that was asked for is there: a case that waits for it goes on; told again, nothing happens."""
    code = papers.code_in(about)
    if not code or not Case.objects.filter(code=code).exists():
        return None
    case = lookup.locked_case(code)
    if case.status != Status.AWAITING_PAYMENT or any(order.is_payable for order in payments_of(case)):
        return None
    resume_held(case, answer="", by=by, now=now, kind=Pause.Kind.PAYMENT)
    return case
