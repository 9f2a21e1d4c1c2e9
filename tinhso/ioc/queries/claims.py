"""Published figures beside what returns say of them, recomputed once for each snapshot."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import Count, Max

from tinhso.blocks.indicators.models import Claim
from tinhso.blocks.indicators.queries import claims
from tinhso.blocks.indicators.queries.claims import FAILS, HOLDS, UNKNOWN, ClaimVerdict, Computed
from tinhso.ioc.queries.frame import SnapshotFrame
from tinhso.ui.wording import name_in_language

ORDER = (FAILS, HOLDS, UNKNOWN)


@dataclass(frozen=True)
class CheckedClaim:
    """A published figure, what was computed, and the name of the unit it speaks of."""

    verdict: ClaimVerdict
    unit_name: str
    names: dict[str, str]

    @property
    def computed(self) -> Computed | None:
        """What returns say."""
        return self.verdict.computed


@dataclass(frozen=True)
class Claims:
    """All published figures; how many hold, fail, or cannot be computed."""

    checked: tuple[CheckedClaim, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many of each verdict."""
        verdicts = [checked_claim.verdict.verdict for checked_claim in self.checked]
        return {verdict: verdicts.count(verdict) for verdict in (HOLDS, FAILS, UNKNOWN)}


def checked_claims(at: SnapshotFrame) -> Claims:
    """Every published figure: those that fail first, then those that hold, each in the order of codes."""
    values = Claim.objects.aggregate(newest=Max("pk"), number=Count("pk"))
    verdicts = _cached_verdicts(at.number, at.at, values["newest"] or 0, values["number"])
    names = {code: name_in_language(indicator) for code, indicator in at.catalogue.indicators.items()}
    verdicts = tuple(
        sorted(verdicts, key=lambda claim_verdict: (ORDER.index(claim_verdict.verdict), claim_verdict.code))
    )
    return Claims(
        tuple(CheckedClaim(claim_verdict, _unit_name(at, claim_verdict.unit), names) for claim_verdict in verdicts)
    )


@lru_cache(maxsize=4)
def _cached_verdicts(number: int, at: datetime | None, newest: int, many: int) -> tuple[ClaimVerdict, ...]:
    return tuple(claims.check_claims())


def _unit_name(at: SnapshotFrame, ref: str) -> str:
    node = at.places.by_ref.get(ref)
    return name_in_language(node) if node is not None else ref


def forget() -> None:
    """Drop what is kept in memory; for tests."""
    _cached_verdicts.cache_clear()
