"""An approved batch as a payment order for a bank: ISO 20022 customer credit transfer, ``pain.001.001.09``.

One transfer for each line, all from one account to the giver's; no person who was given anything is named. The same
batch is the same message with the same identifiers however often it is taken away, so that a bank sees it twice as one.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _
from lxml import etree

from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.society.support.models import Batch
from tinhso.society.support.queries import rules
from tinhso.society.support.queries.paying import batch_lines
from tinhso.society.support.queries.rules import BankAccount

MESSAGE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
CURRENCY = "VND"
OUTSIDE = re.compile(r"[^a-zA-Z0-9/\-?:().,'+ ]")  # of the letters that every bank takes
BIC, CLEARING = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?"), re.compile(r"[0-9]{8}")
NAME, REMITTANCE = 140, 140


def as_pain001(batch: Batch) -> bytes:
    """The file; refuses a batch that nobody has approved, and one whose accounts the province has not told."""
    if batch.approved_at is None:
        raise Refused("not_approved", _("Đợt chưa được duyệt nên chưa có tệp gửi ngân hàng."))
    payer, payee = rules.rules().bank.payer, rules.rules().bank.payee.get(batch.programme.code)
    if payer is None or payee is None:
        raise Refused("no_account", _("Chưa có tài khoản trả hoặc tài khoản của bên trao trong support.toml."))
    day = rules.due_moment(batch.approved_at, 1).date()  # the working day after
    root = etree.Element(f"{{{MESSAGE}}}Document", nsmap={None: MESSAGE})
    order = _add_element(root, "CstmrCdtTrfInitn")
    head = _add_element(order, "GrpHdr")
    _add_element(head, "MsgId", batch.ref)
    _add_element(head, "CreDtTm", clock.local(batch.approved_at).isoformat(timespec="seconds"))
    _add_totals(head, batch)
    _add_element(head, "InitgPty/Nm", latin_text(payer.name, NAME))
    payment = _add_payment(order, batch, payer, day)
    for line in batch_lines(batch).iterator(chunk_size=2000):
        _add_transfer(payment, f"{batch.ref}-{line.number}", line.amount, payee, line.application.ref)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def latin_text(text: str, most: int) -> str:
    """A text in the letters that every bank takes: without diacritics, other signs as spaces, cut to ``most``."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return " ".join(OUTSIDE.sub(" ", plain).split())[:most].strip()


def _add_payment(order: "etree._Element", batch: Batch, payer: BankAccount, day: date) -> "etree._Element":
    payment = _add_element(order, "PmtInf")
    _add_element(payment, "PmtInfId", batch.ref)
    _add_element(payment, "PmtMtd", "TRF")
    _add_element(payment, "BtchBookg", "true")
    _add_totals(payment, batch)
    _add_element(payment, "ReqdExctnDt/Dt", day.isoformat())
    _add_element(payment, "Dbtr/Nm", latin_text(payer.name, NAME))
    _add_element(payment, "DbtrAcct/Id/Othr/Id", payer.number)
    _add_bank_agent(_add_element(payment, "DbtrAgt"), payer)
    return payment


def _add_transfer(payment: "etree._Element", end_to_end: str, amount: int, payee: BankAccount, about: str) -> None:
    transfer = _add_element(payment, "CdtTrfTxInf")
    _add_element(transfer, "PmtId/EndToEndId", end_to_end)
    _add_element(transfer, "Amt/InstdAmt", str(amount)).set("Ccy", CURRENCY)
    _add_bank_agent(_add_element(transfer, "CdtrAgt"), payee)
    _add_element(transfer, "Cdtr/Nm", latin_text(payee.name, NAME))
    _add_element(transfer, "CdtrAcct/Id/Othr/Id", payee.number)
    _add_element(transfer, "RmtInf/Ustrd", latin_text(about, REMITTANCE))


def _add_totals(parent: "etree._Element", batch: Batch) -> None:
    _add_element(parent, "NbOfTxs", str(batch.count))
    _add_element(parent, "CtrlSum", str(batch.total))


def _add_bank_agent(parent: "etree._Element", account: BankAccount) -> None:
    if BIC.fullmatch(account.agent):
        _add_element(parent, "FinInstnId/BICFI", account.agent)
    elif CLEARING.fullmatch(account.agent):
        _add_element(parent, "FinInstnId/ClrSysMmbId/MmbId", account.agent)
    else:
        raise Refused(
            "bad_agent", _("Mã ngân hàng “%(agent)s” không phải mã BIC, cũng không phải 8 chữ số."), agent=account.agent
        )


def _add_element(parent: "etree._Element", path: str, text: str | None = None) -> "etree._Element":
    """A new element at the end of a path of names, with its text."""
    for name in path.split("/"):
        parent = etree.SubElement(parent, f"{{{MESSAGE}}}{name}")
    parent.text = text
    return parent


def missing_details(batch: Batch) -> Iterable[str]:
    """What a bank's file of this batch still needs, in words."""
    if batch.approved_at is None:
        yield _("một người khác duyệt đợt")
    if rules.rules().bank.payer is None:
        yield _("tài khoản trả ([bank.payer] trong support.toml)")
    if rules.rules().bank.payee.get(batch.programme.code) is None:
        yield _("tài khoản của bên trao ([bank.payee] trong support.toml)")
