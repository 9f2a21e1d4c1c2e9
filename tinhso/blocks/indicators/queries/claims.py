"""Published figures recomputed from returns: claimed, computed, verdict. The verdict is arithmetic, never stored."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import SYSTEM
from tinhso.blocks.indicators.models import Claim
from tinhso.blocks.indicators.queries.catalogue import Catalogue, catalogue
from tinhso.blocks.indicators.queries.cells import Reading, newest_number
from tinhso.blocks.indicators.queries.readings import reading_series

HOLDS, FAILS, UNKNOWN = "holds", "fails", "not_computable"


@dataclass(frozen=True)
class Computed:
    """One recomputation: count, out-of where there is one, the value, and the indicators it came from."""

    count: Decimal
    out_of: Decimal | None
    value: Decimal
    decimals: int
    indicators: tuple[str, ...]
    label: str = ""

    @property
    def rounded(self) -> Decimal:
        """The value as it would be printed."""
        return round_half_up(self.value, self.decimals)


@dataclass(frozen=True)
class ClaimVerdict:
    """What became of a published figure."""

    code: str
    wording: str
    printed: str
    unit_of_measure: str
    claimed: Decimal | None
    source: str
    date: date
    period: str
    unit: str
    basis: str
    verdict: str
    computed: Computed | None
    alternatives: tuple[Computed, ...]
    note: str
    derived: bool
    why: str
    snapshot: int

    @property
    def matching(self) -> Computed | None:
        """Another denominator with which the claimed value would hold, when there is one."""
        return next(
            (
                other
                for other in self.alternatives
                if self.claimed is not None and _agrees_with_claim(other, self.claimed)
            ),
            None,
        )


def round_half_up(value: Decimal, decimals: int) -> Decimal:
    """Half away from zero, as statistics are printed."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


@dataclass(frozen=True)
class ClaimDesk:
    """What all claims are checked against: one catalogue, one snapshot."""

    known: Catalogue
    snapshot: int


def check_claims() -> list[ClaimVerdict]:
    """Every published figure with what returns say of it today."""
    desk = ClaimDesk(catalogue(), newest_number())
    return [_check_claim(claim, desk) for claim in Claim.objects.all()]


def _check_claim(claim: Claim, desk: ClaimDesk) -> ClaimVerdict:
    spec = claim.spec
    claimed = Decimal(spec["claimed_value"]) if spec.get("claimed_value") else None
    computed = _compute_value(spec, spec, desk) if "not_computable" not in spec else None
    others = [
        _compute_value(spec, spec | other, desk, str(other.get("label", ""))) for other in spec.get("alternatives", [])
    ]
    why = str(spec.get("not_computable", "")) or ("" if computed else _("Chưa có báo cáo cho kỳ này."))
    return ClaimVerdict(
        code=claim.code,
        wording=claim.wording,
        printed=str(spec.get("printed", "")),
        unit_of_measure=str(spec.get("unit_of_measure", "")),
        claimed=claimed,
        source=claim.source,
        date=claim.date,
        period=str(spec.get("period", "")),
        unit=str(spec.get("unit_ref", "")),
        basis=str(spec.get("basis", "published")),
        verdict=UNKNOWN
        if computed is None or claimed is None
        else HOLDS
        if _agrees_with_claim(computed, claimed)
        else FAILS,
        computed=computed,
        alternatives=tuple(other for other in others if other),
        note=str(spec.get("note", "")),
        derived=bool(spec.get("derived", False)),
        why=why,
        snapshot=desk.snapshot,
    )


def _agrees_with_claim(computed: Computed, claimed: Decimal) -> bool:
    """Whether the computed value, rounded as the claim was printed, is the claim."""
    exponent = claimed.as_tuple().exponent
    return round_half_up(computed.value, -exponent if isinstance(exponent, int) else 0) == claimed


def _compute_value(spec: dict[str, Any], parts: dict[str, Any], desk: ClaimDesk, label: str = "") -> Computed | None:
    decimals = int(spec.get("decimals", 0))
    scale = int(spec.get("scale", 1))
    if parts.get("ratio_indicator") and not label:
        reading = _reading_of_claim(str(parts["ratio_indicator"]), spec, desk)
        if reading is None or reading.value is None or reading.count is None:
            return None
        return Computed(reading.count, reading.out_of, reading.value, decimals, (reading.indicator.code,))
    names = [str(parts[name]) for name in ("count_indicator", "out_of_indicator") if parts.get(name)]
    values = [
        reading.value
        for name in names
        if (reading := _reading_of_claim(name, spec, desk)) and reading.value is not None
    ]
    if not names or len(values) < len(names):
        return None
    out_of = values[1] if len(values) > 1 else None
    if out_of == 0:
        return None
    value = values[0] * scale / out_of if out_of is not None else values[0] * scale
    return Computed(values[0], out_of, value, decimals, tuple(names), label)


def _reading_of_claim(code: str, spec: dict[str, Any], desk: ClaimDesk) -> Reading | None:
    item = desk.known.item(code)
    family = (item.dim.code, item.member.code) if item.dim and item.member else ("", "")
    basis = str(spec.get("basis", "published"))
    readings = reading_series(
        item.indicator, str(spec["unit_ref"]), to=SYSTEM, basis=basis, family=family, snapshot=desk.snapshot
    )
    return next((reading for reading in readings if reading.period == spec["period"]), None)
