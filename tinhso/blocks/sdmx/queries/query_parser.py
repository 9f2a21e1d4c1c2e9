"""The parameters of a data or availability query, read from the address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from tinhso.blocks.sdmx.queries.artefacts import STRUCTURE
from tinhso.blocks.sdmx.queries.components import BY_ID
from tinhso.blocks.sdmx.queries.data import DataQuestion
from tinhso.blocks.sdmx.queries.desk import ALL, Dataflow, SdmxDesk
from tinhso.blocks.sdmx.queries.errors import bad_request, no_results, not_built, one_of
from tinhso.blocks.sdmx.queries.filters import component_filter, parse_keys
from tinhso.blocks.sdmx.queries.shapes import ALL_DIMENSIONS
from tinhso.blocks.sdmx.queries.versions import wants_version

CONTEXTS = ("*", "dataflow", "datastructure", "provisionagreement")
AT_OBSERVATION = ("TIME_PERIOD", "REF_AREA", ALL_DIMENSIONS)
COMMON = frozenset({"updatedAfter", "updateAfter", "asOf", "format", "reportingYearStartDay"})
DATA = COMMON | {
    "firstNObservations",
    "lastNObservations",
    "dimensionAtObservation",
    "attributes",
    "measures",
    "includeHistory",
    "offset",
    "limit",
    "sort",
}
AVAILABILITY = COMMON | {"references", "mode"}
STRUCTURES = frozenset({"detail", "references", "format", "asOf"})
MOST = 10**9


@dataclass(frozen=True)
class Parameters:
    """What stands behind the question mark: component filters apart, each name once."""

    plain: Mapping[str, str]
    components: Mapping[str, str]

    def get(self, name: str, default: str = "") -> str:
        """A parameter, or what holds without it."""
        return self.plain.get(name, "") or default

    def number(self, name: str, *, least: int = 1) -> int | None:
        """A whole number from ``least``; None where it was not given."""
        text = self.plain.get(name)
        if text is None:
            return None
        if not text.isdecimal() or len(text) > 10 or not least <= int(text) <= MOST:
            raise bad_request(_("“%(name)s” phải là số nguyên từ %(least)s."), name=name, least=least)
        return int(text)

    def moment(self, name: str) -> datetime | None:
        """A moment; without a zone it is one of the province's own clock."""
        text = self.plain.get(name)
        if text is None:
            return None
        try:
            moment = parse_datetime(text) or parse_datetime(f"{text}T00:00:00")
        except ValueError:
            moment = None
        if moment is None or not 1900 < moment.year < 9000:
            raise bad_request(_("“%(name)s” phải là thời điểm, ví dụ 2026-01-31T08:00:00+07:00."), name=name)
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def parse_parameters(query: str, known: frozenset[str]) -> Parameters:
    """Read a query string, in which ``+`` means *and* and not a space; refuses unknown and repeated names."""
    plain: dict[str, str] = {}
    components: dict[str, str] = {}
    for part in filter(None, query.split("&")):
        name, _eq, value = part.partition("=")
        name, value = unquote(name), unquote(value)
        if "\0" in value or "\ufffd" in value:
            raise bad_request(_("Yêu cầu có ký tự không dùng được."))
        values, key = (components, name[2:-1]) if name.startswith("c[") and name.endswith("]") else (plain, name)
        if key in values or (values is plain and key not in known):
            raise bad_request(_("Tham số “%(name)s” không có, hoặc được viết hai lần."), name=name[:60])
        values[key] = value
    return Parameters(plain, components)


def dataflows_of_path(desk: SdmxDesk, context: str, agency: str, resource: str, version: str) -> list[Dataflow]:
    """The dataflows that a path names; those of all domains together where it names none."""
    one_of("context", context, CONTEXTS)
    if not any(wants_version(version_text) for version_text in version.split(",")) or context == "provisionagreement":
        raise no_results()
    if agency not in ("*", "all") and desk.agency not in agency.split(","):
        raise no_results()
    dataflow = desk.flows[ALL]
    if resource in ("*", "all"):
        return [dataflow]
    if context == "datastructure":
        dataflows = [dataflow] if STRUCTURE in resource.split(",") else []
    else:
        dataflows = [desk.flows[name] for name in dict.fromkeys(resource.split(",")) if name in desk.flows]
    if not dataflows:
        raise no_results()
    return dataflows


def data_questions(dataflows: Sequence[Dataflow], key: str, parameters: Parameters) -> list[DataQuestion]:
    """One question for each dataflow; refuses what is not offered here with 501."""
    if parameters.get("reportingYearStartDay", "--01-01") != "--01-01":
        raise not_built(_("Năm báo cáo ở đây là năm dương lịch."))
    if one_of("includeHistory", parameters.get("includeHistory", "false"), ("true", "false")) == "true":
        raise not_built(_("Chưa có includeHistory; hãy dùng asOf cho từng thời điểm."))
    if parameters.get("sort"):
        raise not_built(_("Chưa có sort; số liệu theo thứ tự chỉ tiêu, cơ sở, đơn vị, kỳ."))
    since, as_of = parameters.moment("updatedAfter") or parameters.moment("updateAfter"), parameters.moment("asOf")
    if since and as_of and since > as_of:
        raise bad_request(_("updatedAfter không được sau asOf."))
    boxes = parse_keys(key)
    filters = {name: component_filter(name, text) for name, text in parameters.components.items()}
    first, last = parameters.number("firstNObservations"), parameters.number("lastNObservations")
    return [
        DataQuestion(flow, boxes, filters, since, first, last, _observation_dimension(parameters)) for flow in dataflows
    ]


def _observation_dimension(parameters: Parameters) -> str:
    at = parameters.get("dimensionAtObservation", "TIME_PERIOD")
    if at in AT_OBSERVATION:
        return at
    if at in BY_ID:
        raise not_built(_("dimensionAtObservation chỉ nhận: %(known)s."), known=", ".join(AT_OBSERVATION))
    raise bad_request(_("“%(name)s” phải là một trong: %(known)s."), name=at[:60], known=", ".join(AT_OBSERVATION))
