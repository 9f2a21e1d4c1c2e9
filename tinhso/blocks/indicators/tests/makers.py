"""A tiny country for engine tests: units that merge and split, and a fact table of one's own."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from tinhso.blocks.indicators import contract
from tinhso.blocks.indicators.contract import Dimension, Fact, FactColumn, Indicator, Member, Nature, ReadingKind
from tinhso.blocks.indicators.models import Definition, Domain
from tinhso.blocks.indicators.queries import definitions
from tinhso.blocks.units.models import Level, Succession, Unit
from tinhso.kernel import text

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MERGER = date(2024, 7, 1)


def a_unit(
    ref: str,
    parent: Unit | None = None,
    *,
    level: Level = Level.COMMUNE,
    since: date | None = None,
    until: date | None = None,
) -> Unit:
    """One unit, known for a long time."""
    kinds = {Level.PROVINCE: "province", Level.DISTRICT: "district", Level.COMMUNE: "xa", Level.AGENCY: "agency"}
    return Unit.objects.create(
        ref=ref,
        code=ref.split("-")[0],
        type=kinds[level],
        level=level,
        name=f"Đơn vị {ref}",
        search_text=text.fold(ref),
        sort_key=text.sort_key(ref),
        parent=parent,
        valid=DateRange(since, until, "[)"),
        known=DateTimeTZRange(LONG_AGO, None, "[)"),
    )


def became(before: Unit, after: Unit, *, share: Decimal | None = None) -> Succession:
    """``before`` became (part of) ``after`` when it ended."""
    return Succession.objects.create(
        before=before,
        after=after,
        kind="merge",
        share=share,
        effective=before.valid.upper,
        known=DateTimeTZRange(LONG_AGO, None, "[)"),
    )


def a_country() -> dict[str, Unit]:
    """A province with two districts of two communes until 1 July 2024; then one level of two communes.

    ``a1`` and ``a2`` merge whole into ``x``; ``b1`` is split between ``x`` and ``y`` without a known share, ``b2`` goes
    whole to ``y``.
    """
    province = a_unit("p", level=Level.PROVINCE)
    found = {"p": province}
    for district in ("a", "b"):
        found[district] = a_unit(district, province, level=Level.DISTRICT, until=MERGER)
        for n in ("1", "2"):
            found[district + n] = a_unit(district + n, found[district], until=MERGER)
    for new in ("x", "y"):
        found[new] = a_unit(new, province, since=MERGER)
    for before, after in (("a1", "x"), ("a2", "x"), ("b1", "x"), ("b1", "y"), ("b2", "y")):
        became(found[before], found[after])
    return found


CHANNEL = Dimension("channel", "Kênh", "Channel", (Member("desk", "Tại quầy"), Member("online", "Trực tuyến")))
DOSSIERS = Fact(
    code="DOSSIERS",
    name="Hồ sơ",
    name_en="Dossiers",
    select="SELECT * FROM test_dossiers",
    fingerprints="SELECT month, md5(string_agg(d::text, ',' ORDER BY unit, channel)) FROM test_dossiers d GROUP BY 1",
    columns=(
        FactColumn("finished", "Đã giải quyết"),
        FactColumn("on_time", "Đúng hạn"),
        FactColumn("open", "Còn lại", nature=Nature.STOCK),
        FactColumn("fees", "Phí", decimals=3),
    ),
    dims=(CHANNEL,),
)
COMMON: dict[str, Any] = {"domain": "services", "fact": "DOSSIERS", "method": "m", "source": "s", "agency": "A"}
FINISHED = Indicator(
    code="D-1",
    name="Hồ sơ đã giải quyết",
    kind=ReadingKind.SUM,
    count="finished",
    unit_of_measure="hồ sơ",
    by=("channel",),
    **COMMON,
)
ON_TIME = Indicator(
    code="D-2",
    name="Tỷ lệ đúng hạn",
    kind=ReadingKind.RATIO,
    count="on_time",
    out_of="finished",
    scale=100,
    decimals=2,
    unit_of_measure="%",
    by=("channel",),
    **COMMON,
)
OPEN = Indicator(
    code="D-3", name="Hồ sơ còn lại", kind=ReadingKind.LATEST, count="open", unit_of_measure="hồ sơ", **COMMON
)
FEES = Indicator(
    code="D-4", name="Phí thu được", kind=ReadingKind.SUM, count="fees", decimals=3, unit_of_measure="đồng", **COMMON
)
ONLINE = Indicator(
    code="D-5",
    name="Hồ sơ trực tuyến còn phải làm",
    kind=ReadingKind.SUM,
    unit_of_measure="hồ sơ",
    count='when(channel == "online", finished - on_time)',
    **COMMON,
)
UNITS = Indicator(
    code="D-6", name="Số đơn vị có hồ sơ", kind=ReadingKind.DISTINCT, count="unit", unit_of_measure="đơn vị", **COMMON
)
ALL = (FINISHED, ON_TIME, OPEN, FEES, ONLINE)
Line = tuple[str, str, str, int, int, int, str]


def dossiers(lines: Iterable[Line]) -> None:
    """Make (or add to) the operational table behind the fact: unit, month, channel, finished, on_time, open, fees."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS test_dossiers (unit text, month text, channel text, finished bigint,"
            " on_time bigint, open bigint, fees text, status smallint DEFAULT 3,"
            " true_for timestamptz DEFAULT '2024-01-01')"
        )
        cursor.executemany(
            "INSERT INTO test_dossiers (unit, month, channel, finished, on_time, open, fees)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            list(lines),
        )


def a_catalogue(indicators: Sequence[Indicator] = ALL) -> None:
    """Offer the fact and the indicators, as a domain would."""
    Domain.objects.get_or_create(code="services", defaults={"name": "Dịch vụ", "order": 1})
    for indicator in indicators:
        Definition.objects.create(
            code=indicator.code, spec=definitions.definition_as_data(indicator), effective=DateRange(None, None)
        )


def offer() -> Iterable[Fact]:
    """The provider of the test's fact."""
    return [DOSSIERS]


PROVIDERS = [offer]
assert contract.FACT_PROVIDERS is not PROVIDERS
