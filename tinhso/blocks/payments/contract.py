"""How others order payments and are found again from one.

An orderer calls ``services.order(about=…, charges=[Charge(…)], …)`` and hears ``events.OrderPaid``. ``about`` is its
own reference (a case's code); payments never look into it. ``leads_back`` registers how an address is made of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class OrderLineKind(StrEnum):
    """What a line of an order is (Luật Phí và lệ phí 97/2015/QH13 tells the first two apart)."""

    FEE = "fee"  # phí: for a public service
    CHARGE = "charge"  # lệ phí: for an act of state administration
    TAX = "tax"
    RELIEF = "relief"  # miễn, giảm: takes something off


@dataclass(frozen=True)
class OrderCharge:
    """One thing to be paid: its name, kind, amount in whole đồng, and the text that says that it is due."""

    name: str
    amount: int
    kind: OrderLineKind = OrderLineKind.FEE
    source: str = ""


@dataclass(frozen=True)
class Relief:
    """An exemption or reduction: ``amount`` in whole đồng is taken off, for a ``reason``, by a legal ``source``.

    Who decided is who places it.
    """

    name: str
    amount: int
    reason: str
    source: str


WayBack = Callable[[str], str]
WAYS_BACK: list[WayBack] = []


def register_payment_page(way: WayBack) -> WayBack:
    """Register a function that makes an address of ``about``, or an empty text where it is not one of its own."""
    WAYS_BACK.append(way)
    return way


def way_back(about: str) -> str:
    """The address of what an order is about; empty where nobody knows it."""
    return next(filter(None, (way(about) for way in WAYS_BACK)), "")
