"""How a domain offers procedures that people may apply for, and the code lists of the national portal.

The numbers of statuses, channels and kinds of applicants are those of the national exchange (seen in third parties'
implementations, not in an official specification).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Protocol

from tinhso.kernel.deadlines import Duration


class Status(IntEnum):
    """Where a case stands, in the national portal's numbers."""

    FILED = 1
    RECEIVED = 2
    DECLINED = 3
    IN_PROCESS = 4
    AWAITING_SUPPLEMENT = 5
    AWAITING_PAYMENT = 6
    WITHDRAWN = 7
    STOPPED = 8
    FINISHED = 9
    RETURNED = 10


class Channel(IntEnum):
    """How a case came in."""

    IN_PERSON = 1
    ONLINE = 2
    POST = 3


class ApplicantKind(IntEnum):
    """Who applies."""

    CITIZEN = 0
    ENTERPRISE = 1
    HOUSEHOLD = 2


# Only the list of statuses is national; which may follow which is our reading of it (ADR 0047).
TRANSITIONS: Mapping[Status, frozenset[Status]] = {
    Status.FILED: frozenset(
        {Status.RECEIVED, Status.DECLINED, Status.AWAITING_SUPPLEMENT, Status.AWAITING_PAYMENT, Status.WITHDRAWN}
    ),
    Status.RECEIVED: frozenset(
        {Status.IN_PROCESS, Status.AWAITING_SUPPLEMENT, Status.AWAITING_PAYMENT, Status.WITHDRAWN, Status.STOPPED}
    ),
    Status.IN_PROCESS: frozenset(
        {Status.AWAITING_SUPPLEMENT, Status.AWAITING_PAYMENT, Status.WITHDRAWN, Status.STOPPED, Status.FINISHED}
    ),
    Status.AWAITING_SUPPLEMENT: frozenset(
        {Status.FILED, Status.RECEIVED, Status.IN_PROCESS, Status.DECLINED, Status.WITHDRAWN, Status.STOPPED}
    ),
    Status.AWAITING_PAYMENT: frozenset(
        {Status.FILED, Status.RECEIVED, Status.IN_PROCESS, Status.WITHDRAWN, Status.STOPPED}
    ),
    Status.FINISHED: frozenset({Status.RETURNED}),
    Status.DECLINED: frozenset(),
    Status.WITHDRAWN: frozenset(),
    Status.STOPPED: frozenset(),
    Status.RETURNED: frozenset(),
}
WAITING = frozenset({Status.AWAITING_SUPPLEMENT, Status.AWAITING_PAYMENT})  # the clock stands still
CLOSED = frozenset(status for status, onward in TRANSITIONS.items() if not onward)


@dataclass(frozen=True)
class PaperAsked:
    """A paper that the procedure asks for, and how many of which kind."""

    name: str
    original: int = 0
    copy: int = 0
    electronic: int = 0
    note: str = ""


@dataclass(frozen=True)
class CaseCharge:
    """A fee in whole đồng; None: the amount is not known."""

    name: str
    amount: int | None


@dataclass(frozen=True)
class ProcedureOption:
    """One case (trường hợp) of a procedure as it is in force on a day, as far as a dossier needs to know it.

    ``version`` is what the case keeps for ever. ``duration`` None: nobody knows it, so nothing is promised;
    ``at_once``: handed out while one waits, without an appointment. ``agency`` is the short code of the department
    that decides, empty where the commune does.
    """

    provider: str
    code: str
    version: str
    name: str
    field_code: str
    field: str
    option: str
    option_name: str
    duration: Duration | None
    at_once: bool
    agency: str
    papers: tuple[PaperAsked, ...] = ()
    charges: tuple[CaseCharge, ...] = ()
    result: str = ""
    may_file_online: bool = True
    illustrative: bool = False


@dataclass(frozen=True)
class Applicant:
    """Who applies, as told: personal data. ``id_number`` is an identity number, or an enterprise's."""

    name: str
    kind: ApplicantKind = ApplicantKind.CITIZEN
    id_number: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""


class Provider(Protocol):
    """A domain that knows procedures."""

    def options(self, code: str, *, day: date, channel: Channel) -> Sequence[ProcedureOption]:
        """The cases of a procedure in force on ``day``; refuses an unknown one and one that is not in force."""
        ...

    def find(self, words: str, *, day: date, limit: int) -> Sequence[ProcedureOption]:
        """Procedures in force that fit ``words``: the first case of each."""
        ...


PROVIDERS: dict[str, Provider] = {}


def register_procedures(name: str) -> Callable[[type[Provider]], type[Provider]]:
    """Let the decorated class tell procedures under ``name``, which cases keep; in an app's ``procedures.py``."""

    def register(provider: type[Provider]) -> type[Provider]:
        PROVIDERS[name] = provider()
        return provider

    return register
