"""A bank's statement: looked at first, then taken in; twice changes nothing."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.payments.models import Account, Statement, Transfer
from tinhso.blocks.payments.queries import statements as queries
from tinhso.blocks.payments.queries.statements import StatementReading
from tinhso.blocks.payments.rights import TAKE_PAYMENTS
from tinhso.blocks.payments.services.transfers import ArrivedTransfer, take_in
from tinhso.kernel import refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


@dataclass(frozen=True)
class HeldStatement:
    """What reading a file gave, and the waiting statement when it can be taken in."""

    reading: StatementReading
    statement: Statement | None


@transaction.atomic
def hold_statement(*, account: Account, file_name: str, content: bytes, by: Actor, now: datetime) -> HeldStatement:
    """Read a file without booking anything; one without faults waits to be confirmed."""
    by.must_be_able_to(TAKE_PAYMENTS, at=account.unit)
    reading = queries.read_statement(file_name, content)
    _compare_amounts(account, reading)
    if reading.faults or not reading.rows:
        return HeldStatement(reading, None)
    known_count = Transfer.objects.filter(
        account=account, bank_ref__in=[row["bank_ref"] for row in reading.rows]
    ).count()
    days = sorted(row["day"] for row in reading.rows)
    statement = Statement.objects.create(
        ref=refs.new_ref("SK"),
        account=account,
        file_name=file_name[-200:],
        sha256=hashlib.sha256(content).hexdigest(),
        rows=reading.rows,
        first_day=days[0],
        last_day=days[-1],
        at=now,
        by=by.ref,
        by_name=by.name,
        new=len(reading.rows) - known_count,
        known=known_count,
    )
    return HeldStatement(reading, statement)


def _compare_amounts(account: Account, reading: StatementReading) -> None:
    """A number that is known with another amount is a fault of the file, or fraud: nobody takes it in unseen."""
    amount_by_ref = {row["bank_ref"]: row["amount"] for row in reading.rows}
    transfers = Transfer.objects.filter(account=account, bank_ref__in=amount_by_ref).values_list("bank_ref", "amount")
    for bank_ref, amount in transfers:
        if amount_by_ref[bank_ref] != amount:
            why = _("giao dịch %(number)s đã có với số tiền khác: %(amount)s đồng")
            reading.faults.append(queries.StatementFault(0, why % {"number": bank_ref, "amount": amount}))


@transaction.atomic
def confirm_statement(*, ref: str, by: Actor, now: datetime) -> Statement:
    """Take a held statement in: new lines are booked and matched, known ones are told apart from mere notices."""
    pending_statement = queries.by_ref(ref, by)
    by.must_be_able_to(TAKE_PAYMENTS, at=pending_statement.account.unit)
    statement = (
        Statement.objects.select_for_update(of=("self",)).select_related("account__unit").get(pk=pending_statement.pk)
    )
    if statement.state != Statement.State.HELD:
        raise Refused("done_already", _("Sao kê %(ref)s đã được nhập."), ref=ref)
    new = 0
    for row in sorted(statement.rows, key=lambda row: str(row["bank_ref"])):  # one order, so that two files never wait
        arrived = ArrivedTransfer(**{**row, "day": date.fromisoformat(row["day"])})
        new += take_in(statement.account, arrived, by=by, now=now, statement=statement)[1]
    statement.state, statement.at, statement.new, statement.known = (
        Statement.State.DONE,
        now,
        new,
        len(statement.rows) - new,
    )
    statement.rows = []  # names of payers are kept once, with the transfers
    statement.save()
    audit.record(by=by, did="took in statement", to=statement, after={"new": statement.new, "known": statement.known})
    return statement
