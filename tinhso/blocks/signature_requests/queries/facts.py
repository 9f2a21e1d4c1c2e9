"""Requests for signatures and single signatures as facts, by unit, month, kind, state and way of signing.

Whatever happened in a month counts in that month; a body below a province counts in the province, named by ``agency``.
"""

from collections.abc import Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Dimension, Fact, FactColumn, Member, Record, RecordQuery
from tinhso.blocks.indicators.contract.sql import FIRM, HOURS, MONTH
from tinhso.blocks.signature_requests.models import Request
from tinhso.blocks.signature_requests.queries.rules import rules
from tinhso.blocks.units.models import Level, Unit
from tinhso.kernel.text import fold

REQUESTS, SIGNATURES = "KS", "KS-C"
DOMAIN, AGENCY, COMMUNES = "chi-dao", "VPUB", "xa"
OPEN = "state IN ('signing', 'returned', 'signed', 'numbered')"
# what is counted in a month → the moment that puts it there, what else must hold, and what is summed (1: it is counted)
COUNTED = {
    "sent": ("sent_at", "true", ""),
    "results": ("sent_at", "is_result", ""),
    "signed": ("signed_at", "true", ""),
    "issued": ("issued_at", "true", ""),
    "issued_results": ("issued_at", "is_result", ""),
    "promised": ("issued_at", "due_at IS NOT NULL", ""),
    "on_time": ("issued_at", "issued_at <= due_at", ""),
    "first_time": ("issued_at", "returned_count = 0", ""),
    "returned": ("sent_at", "returned_count > 0", ""),
    "cancelled": ("closed_at", "true", ""),
    "waiting": ("sent_at", OPEN, ""),
    "waiting_late": ("due_at", f"due_at <= now() AND {OPEN}", ""),
    "hours_to_sign": ("signed_at", "true", HOURS.format("signed_at", "sent_at")),
    "hours_to_issue": ("issued_at", "true", HOURS.format("issued_at", "sent_at")),
    "hours_to_seal": ("issued_at", "needs_seal", HOURS.format("issued_at", "signed_at")),
    "sealed": ("issued_at", "needs_seal", ""),
}
MOMENTS = ("sent_at", "signed_at", "issued_at", "closed_at", "due_at")
PLACE = """
    CASE WHEN place.level = 9 THEN coalesce(above.ref, place.ref) ELSE place.ref END AS unit,
    CASE WHEN place.level = 9 THEN place.code ELSE 'xa' END AS agency
"""
JOINS = "JOIN units_unit place ON place.id = one.unit_id LEFT JOIN units_unit above ON above.id = place.parent_id"


def signing_facts() -> Sequence[Fact]:
    """KS: documents on their way; KS-C: signatures and seals by how their keys are kept."""
    return [_requests_fact(), _signatures_fact()]


def _kinds_by_code() -> dict[str, str]:
    """Kinds of the province's list by a code made of their names."""
    return {fold(document_kind.name).replace(" ", "-")[:60]: document_kind.name for document_kind in rules().flow.kinds}


def _kind_sql() -> str:
    """The kind as a member's code: of a kind of the province's list, else ``khac``."""
    quoted = {code: name.replace("'", "''").replace("%", "") for code, name in _kinds_by_code().items()}
    when_clauses = " ".join(f"WHEN '{name}' THEN '{code}'" for code, name in quoted.items())
    return f"CASE one.kind {when_clauses} ELSE 'khac' END" if when_clauses else "'khac'"


def _requests_fact() -> Fact:
    sums = [
        f"coalesce(sum({sum_expression}) FILTER (WHERE moment.name = '{moment}' AND {holds}), 0)::bigint AS {name}"
        if sum_expression
        else f"count(*) FILTER (WHERE moment.name = '{moment}' AND {holds}) AS {name}"
        for name, (moment, holds, sum_expression) in COUNTED.items()
    ]
    moments, month = ", ".join(f"('{name}', base.{name})" for name in MOMENTS), MONTH.format("moment.at")
    select = f"""
    SELECT base.unit AS unit, {month} AS month, base.loai, base.agency, {", ".join(sums)},
           {FIRM.format(month)} AS status, max(moment.at) AS true_for
    FROM (SELECT one.*, {PLACE}, {_kind_sql()} AS loai, left(one.about, 5) = 'case:' AS is_result
          FROM signature_requests_request one {JOINS} WHERE one.sent_at IS NOT NULL) base
    CROSS JOIN LATERAL (VALUES {moments}) moment(name, at)
    WHERE moment.at IS NOT NULL AND moment.at <= now()
    GROUP BY 1, 2, 3, 4
    """
    named = ", ".join(f"one.{name}" for name in MOMENTS)
    prints = f"""
    SELECT month.month AS month,
           count(*) || '.' || sum(one.entries_count) || '.' || ({MONTH.format("now()")} = month.month) AS fingerprint
    FROM signature_requests_request one
    CROSS JOIN LATERAL (SELECT DISTINCT {MONTH.format("at")} AS month FROM unnest(ARRAY[{named}]) at
                        WHERE at <= now()) month
    WHERE one.sent_at IS NOT NULL GROUP BY month.month
    """
    return Fact(
        code=REQUESTS,
        name=_("Văn bản trình ký trong hệ thống"),
        name_en="Documents sent for signature",
        select=select,
        fingerprints=prints,
        columns=_fact_columns(),
        dims=(_kind_dimension(), _agency_dimension()),
        level="commune",
        domain=DOMAIN,
        agency=AGENCY,
        records=records_of_months,
    )


def _fact_columns() -> tuple[FactColumn, ...]:
    documents, hours = _("văn bản"), _("giờ")
    names = {
        "sent": (_("Văn bản trình ký"), "Documents sent for signature", documents),
        "results": (_("Kết quả thủ tục trình ký"), "Results of procedures sent for signature", documents),
        "signed": (_("Văn bản đủ chữ ký"), "Documents fully signed", documents),
        "issued": (_("Văn bản ban hành có chữ ký số"), "Documents issued with signatures", documents),
        "issued_results": (_("Kết quả thủ tục có chữ ký số"), "Results of procedures issued signed", documents),
        "promised": (_("Văn bản ban hành có hạn"), "Issued documents with a deadline", documents),
        "on_time": (_("Văn bản ban hành đúng hạn"), "Documents issued in time", documents),
        "first_time": (_("Văn bản ký ngay bản đầu"), "Documents signed in their first version", documents),
        "returned": (_("Văn bản từng bị trả lại"), "Documents returned at least once", documents),
        "cancelled": (_("Văn bản bị hủy"), "Documents given up", documents),
        "waiting": (_("Văn bản chưa ban hành"), "Documents not issued yet", documents),
        "waiting_late": (_("Văn bản trễ hạn chưa ban hành"), "Documents late and not issued", documents),
        "hours_to_sign": (_("Giờ từ trình đến đủ chữ ký"), "Hours from sending to full signature", hours),
        "hours_to_issue": (_("Giờ từ trình đến ban hành"), "Hours from sending to issue", hours),
        "hours_to_seal": (_("Giờ từ đủ chữ ký đến đóng dấu"), "Hours from full signature to seal", hours),
        "sealed": (_("Văn bản có dấu cơ quan"), "Documents sealed", documents),
    }
    return tuple(FactColumn(key, name, english, unit_of_measure=unit) for key, (name, english, unit) in names.items())


def _signatures_fact() -> Fact:
    month = MONTH.format("made.at")
    select = f"""
    SELECT base.unit AS unit, {month} AS month, {_way_sql()} AS cach_ky, made.kind AS ai_ky, base.agency,
           count(*) AS signatures, count(*) FILTER (WHERE made.level <> 'B-B') AS stamped,
           {FIRM.format(month)} AS status, max(made.at) AS true_for
    FROM signatures_signature made
    JOIN (SELECT one.id, {PLACE} FROM signatures_signeddocument one {JOINS}) base ON base.id = made.document_id
    GROUP BY 1, 2, 3, 4, 5
    """
    prints = f"""
    SELECT {MONTH.format("at")} AS month,
           count(*) || '.' || max(id) || '.' || ({MONTH.format("now()")} = {MONTH.format("at")}) AS fingerprint
    FROM signatures_signature GROUP BY {MONTH.format("at")}
    """
    columns = (
        FactColumn("signatures", _("Chữ ký số"), "Digital signatures", unit_of_measure=_("chữ ký")),
        FactColumn("stamped", _("Chữ ký có dấu thời gian"), "Signatures with a timestamp", unit_of_measure=_("chữ ký")),
    )
    whose = {"person": (_("cá nhân"), "person"), "seal": (_("cơ quan"), "organisation")}
    return Fact(
        code=SIGNATURES,
        name=_("Chữ ký số trong hệ thống"),
        name_en="Digital signatures in this system",
        select=select,
        fingerprints=prints,
        columns=columns,
        dims=(
            Dimension(
                "cach_ky", _("cách ký"), "way", tuple(Member(code, *names) for code, names in _key_ways().items())
            ),
            Dimension("ai_ky", _("chữ ký của"), "whose", tuple(Member(code, *names) for code, names in whose.items())),
            _agency_dimension(),
        ),
        level="commune",
        domain=DOMAIN,
        agency=AGENCY,
    )


def _key_ways() -> dict[str, tuple[str, str]]:
    """How keys are kept, as ``Signer.kind`` says it; what nobody foresaw is another way."""
    return {
        "pkcs12": (_("tệp khóa"), "key file"),
        "pkcs11": (_("thiết bị giữ khóa"), "token"),
        "remote": (_("ký số từ xa"), "remote signing"),
        "sim": (_("SIM"), "SIM"),
        "khac": (_("cách khác"), "another way"),
    }


def _way_sql() -> str:
    key_codes = ", ".join(f"'{code}'" for code in _key_ways())
    return f"CASE WHEN made.key IN ({key_codes}) THEN made.key WHEN made.key = 'csc' THEN 'remote' ELSE 'khac' END"


def _kind_dimension() -> Dimension:
    kinds = [Member(code, name, code.replace("-", " ")) for code, name in _kinds_by_code().items()]
    return Dimension("loai", _("loại văn bản"), "kind", (*kinds, Member("khac", _("loại khác"), "other")))


def _agency_dimension() -> Dimension:
    units = Unit.objects.filter(known__upper_inf=True, level=Level.AGENCY).order_by("sort_key", "ref")
    named = {unit.code: Member(unit.code, unit.name, unit.name_en) for unit in units}
    others = Member(COMMUNES, _("Ủy ban nhân dân"), "People's Committees")
    return Dimension("agency", _("cơ quan"), "agency", (others, *named.values()))


def records_of_months(record_query: RecordQuery) -> Sequence[Record]:
    """Documents to which something happened in the months asked for, the newest first."""
    here = Q(unit__ref__in=record_query.units) | Q(unit__level=Level.AGENCY, unit__parent__ref__in=record_query.units)
    months = Q(pk__in=())
    for month in record_query.months:
        for moment in MOMENTS:
            months |= Q(**{f"{moment}__year": int(month[:4]), f"{moment}__month": int(month[5:7])})
    requests = Request.objects.filter(here, months, sent_at__isnull=False)
    for dim, code in record_query.members:
        if dim == "loai":
            kinds = _kinds_by_code()
            requests = requests.filter(kind=kinds[code]) if code in kinds else requests.exclude(kind__in=kinds.values())
        elif code == COMMUNES:
            requests = requests.exclude(unit__level=Level.AGENCY)
        else:
            requests = requests.filter(unit__level=Level.AGENCY, unit__code=code)
    if record_query.since is not None:
        requests = requests.filter(entries__at__gt=record_query.since).distinct()
    rows = requests.select_related("unit").order_by("-sent_at", "-pk")[: record_query.limit]
    return [_record_of_request(request, max(record_query.months)) for request in rows]


def _record_of_request(request: Request, month: str) -> Record:
    """Without its title, which may name a private person; the page that it leads to asks who reads."""
    return Record(
        title=" ".join(part for part in (request.kind, request.number_text or request.ref) if part),
        href=reverse("signature_requests:one", args=[request.ref]),
        unit=request.unit.name,
        period=month,
        status="official",
        as_of=request.issued_at or request.signed_at or request.sent_at,
        by=request.created_by_name,
        values=((_("Trạng thái"), str(request.get_state_display())),),
    )


def _unfinished_requests(units: frozenset[int]) -> Q:
    return Q(state__in=["signing", "returned", "signed", "numbered"]) & (Q(unit__in=units) if units else Q())
