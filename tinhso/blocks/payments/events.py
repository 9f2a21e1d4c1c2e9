"""What payments announce. Amounts are whole đồng; ``about`` is what the orderer said that the order is for."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class _OfOrder:
    """What every event of an order tells."""

    ref: str
    about: str
    unit: str
    total: int

    @property
    def aggregate(self) -> str:
        """What happens to one order is told in its order."""
        return self.ref


@dataclass(frozen=True)
class OrderPlaced(_OfOrder):
    """Somebody is asked to pay."""

    name: ClassVar[str] = "payments.OrderPlaced"


@dataclass(frozen=True)
class OrderPaid(_OfOrder):
    """All that was asked for is there. ``channel``: ``online``, ``cash``, ``transfer``, or ``none`` for nothing due."""

    name: ClassVar[str] = "payments.OrderPaid"
    channel: str = ""
    at: str = ""


@dataclass(frozen=True)
class OrderPartlyPaid(_OfOrder):
    """Something came in, less than was asked for; ``net`` is what is there now."""

    name: ClassVar[str] = "payments.OrderPartlyPaid"
    net: int = 0


@dataclass(frozen=True)
class OrderOverpaid(_OfOrder):
    """More came in than was asked for: it has to be paid back. ``net`` is what is there now."""

    name: ClassVar[str] = "payments.OrderOverpaid"
    net: int = 0


@dataclass(frozen=True)
class OrderUnpaid(_OfOrder):
    """An order that was paid is so no more, because cash was taken back; ``net`` is what is left."""

    name: ClassVar[str] = "payments.OrderUnpaid"
    net: int = 0


@dataclass(frozen=True)
class OrderChanged(_OfOrder):
    """An order's total became lower by an exemption or reduction."""

    name: ClassVar[str] = "payments.OrderChanged"


@dataclass(frozen=True)
class OrderCancelled(_OfOrder):
    """Nobody has to pay any more; ``net`` is what had come in and has to be paid back."""

    name: ClassVar[str] = "payments.OrderCancelled"
    why: str = ""
    net: int = 0


@dataclass(frozen=True)
class OrderExpired(_OfOrder):
    """The time for paying is over."""

    name: ClassVar[str] = "payments.OrderExpired"


@dataclass(frozen=True)
class OrderRefunded(_OfOrder):
    """Money went back to the payer: ``amount`` now, ``net`` is left."""

    name: ClassVar[str] = "payments.OrderRefunded"
    amount: int = 0
    net: int = 0


@dataclass(frozen=True)
class TransferArrived:
    """Money came by bank transfer; ``state`` says where it was put."""

    name: ClassVar[str] = "payments.TransferArrived"
    ref: str
    unit: str
    amount: int
    state: str

    @property
    def aggregate(self) -> str:
        """The transfer."""
        return self.ref


@dataclass(frozen=True)
class DayClosed:
    """A unit's day was compared and signed off; its entries never change."""

    name: ClassVar[str] = "payments.DayClosed"
    unit: str
    day: str
    differences: int

    @property
    def aggregate(self) -> str:
        """The unit and its day."""
        return f"{self.unit}:{self.day}"
