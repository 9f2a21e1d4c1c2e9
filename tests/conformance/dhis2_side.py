"""What the tests of the DHIS2 interface share: names of things in the tiny province, and one value to send."""

from typing import Any

from dhis2 import Api

from tests.journeys import world as worlds
from tinhso.blocks.exchange.queries.dhis2.uids import uid
from tinhso.blocks.units import queries as units
from tinhso.government.reporting.models import Return
from tinhso.government.reporting.queries import returns as returns_queries

OPEN, OPEN_TOO, PUBLISHED, HANDED_IN = "202401", "202402", "202309", "202404"
PLANTED, LIVING, RUNS = (uid("element", code) for code in ("CX.trong", "CX.song", "TC.luot"))
AB, C1 = uid("unit", "AB"), uid("unit", "C1")
SHADE = uid("combo", "loai=bong-mat,an-qua#loai=bong-mat")


def a_value(**more: Any) -> dict[str, Any]:
    """Shade trees planted in An Bình in an open month."""
    return {
        "dataElement": PLANTED,
        "period": OPEN,
        "orgUnit": AB,
        "categoryOptionCombo": SHADE,
        "value": "7",
    } | more


def sent(api: Api, *values: dict[str, Any], **params: str) -> dict[str, Any]:
    """The summary of an import."""
    answer: dict[str, Any] = api.post("dataValueSets", json={"dataValues": list(values)}, params=params).json()
    return answer


def stored(month: str, unit: str = "AB", *, data_set: str = "CX", owner: str = "T-SO") -> dict[str, dict[str, str]]:
    """What a return holds of a unit, by member."""
    one = worlds.a_return(month, data_set=data_set, unit=owner)
    values = returns_queries.values_of(Return.objects.select_related("revision").get(pk=one.pk).revision)
    key = units.by_ref(unit).pk
    return {member: dict(row) for (pk, member), row in values.items() if pk == key}
