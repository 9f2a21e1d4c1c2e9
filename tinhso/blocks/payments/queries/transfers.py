"""Transfers: which order one names, and what waits for somebody."""

import re

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tinhso.blocks.payments.models import Account, Order, Transfer
from tinhso.blocks.payments.rights import SEE_PAYMENTS
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.refs import ALPHABET

NAMED = re.compile(rf"(?=(TS[{ALPHABET}]{{10}}))")
WAITING = ("unmatched", "late", "under", "over", "proposed")


def named_in(content: str, account: Account) -> Order | None:
    """The order of the account's unit that a transfer's content names; None when it names none, or more than one.

    Banks put blanks, dots and words of their own around it.
    """
    squeezed = re.sub(r"[^A-Z0-9]", "", content.upper())
    candidates = set(NAMED.findall(squeezed))
    orders = list(Order.objects.filter(content__in=candidates, unit=account.unit)[:2]) if candidates else []
    return orders[0] if len(orders) == 1 else None


def by_ref(ref: str) -> Transfer:
    """One transfer; refuses an unknown one."""
    transfer = Transfer.objects.filter(ref=ref.replace("\0", "")).select_related("account__unit", "order").first()
    if transfer is None:
        raise Refused("unknown_transfer", _("Không có khoản chuyển nào có mã “%(ref)s”."), ref=ref)
    return transfer


def visible_transfers(actor: Actor) -> QuerySet[Transfer]:
    """Transfers to the units where ``actor`` may see payments."""
    transfers = Transfer.objects.select_related("account__unit", "order")
    return (
        transfers
        if SEE_PAYMENTS in actor.everywhere
        else transfers.filter(account__unit__in=actor.places(SEE_PAYMENTS))
    )


def transfers_to_check(actor: Actor, state: str = "") -> QuerySet[Transfer]:
    """Transfers that somebody should look at, the oldest first; with ``state`` those in that state only."""
    states = [state] if state else ["unmatched", "late", "proposed"]
    return visible_transfers(actor).filter(state__in=states).order_by("day", "pk")
