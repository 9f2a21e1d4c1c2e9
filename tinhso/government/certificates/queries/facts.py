"""Certificates and requests as facts: what is in force at the end of each month, and what happened within it.

A certificate counts at the unit that answered for it on that day; an agency's in the unit that it serves.
"""

from collections.abc import Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Dimension, Fact, FactColumn, Member, Nature, Record, RecordQuery
from tinhso.blocks.indicators.contract.sql import ZONE
from tinhso.blocks.units.models import Level
from tinhso.government.certificates.models import Request, Version
from tinhso.government.certificates.queries import lookup, search
from tinhso.kernel import clock, periods

CERTIFICATES, REQUESTS = "CTS", "CTS-DN"
DOMAIN, AGENCY = "chi-dao", "SKHCN"
TODAY = f"(now() AT TIME ZONE '{ZONE}')::date"
THIS_MONTH = f"to_char({TODAY}, 'YYYY-MM')"
HOLDS = "state = 'active' AND first_day <= day AND last_day >= day"
STOCKS = {
    "in_force": HOLDS,
    "suspended": "state = 'suspended'",
    "expired_held": "state = 'active' AND last_day < day",
    "ends_30": f"{HOLDS} AND last_day <= day + 30",
    "ends_60": f"{HOLDS} AND last_day <= day + 60",
    "ends_90": f"{HOLDS} AND last_day <= day + 90",
    "must_change": "state <> 'revoked' AND must = 'change' AND must_change_since <= day",
    "late_change": "state <> 'revoked' AND must = 'change' AND must_change_by < day",
    "must_revoke": "state <> 'revoked' AND must = 'revoke' AND must_change_since <= day",
    "on_hsm": f"{HOLDS} AND device = 'hsm'",
}
FLOWS = {
    "issued": "did IN ('issued', 'registered', 'imported') AND lower(one.valid) = first_day",
    "renewed": "did = 'renewed'",
    "changed": "did = 'changed'",
    "recovered": "did = 'recovered'",
    "revoked": "did IN ('revoked', 'replaced')",
}
LEVELS = {Level.PROVINCE: "tinh", Level.DISTRICT: "huyen", Level.COMMUNE: "xa", Level.HAMLET: "xa", Level.AGENCY: "so"}
PLACE = """
    JOIN units_unit place ON place.id = one.unit_id
    LEFT JOIN units_unit above ON above.id = place.parent_id
"""
UNIT = "CASE WHEN place.level = 9 THEN coalesce(above.ref, place.ref) ELSE place.ref END"
LEVEL = "CASE place.level WHEN 1 THEN 'tinh' WHEN 2 THEN 'huyen' WHEN 9 THEN 'so' ELSE 'xa' END"
MONTHS = f"""
    SELECT to_char(first, 'YYYY-MM') AS month, least((first + interval '1 month - 1 day')::date, {TODAY}) AS day
    FROM generate_series((SELECT date_trunc('month', min(lower(valid))::timestamp) FROM certificates_version
                          WHERE upper_inf(known)), {TODAY}::timestamp, interval '1 month') AS first
"""
FIRM = f"CASE WHEN month = {THIS_MONTH} THEN 2 ELSE 3 END"


def certificates_fact() -> Fact:
    """CTS: certificates in force at the end of each month, what is due about them, and what happened to them."""
    return Fact(
        code=CERTIFICATES,
        name=_("Chứng thư số trong sổ"),
        name_en="Certificates in the register",
        select=_certificate_rows(),
        fingerprints=_certificate_prints(),
        columns=_certificate_columns(),
        dims=(_kind_dimension(), _device_dimension(), _level_dimension()),
        domain=DOMAIN,
        agency=AGENCY,
        records=certificate_records,
    )


def _certificate_rows() -> str:
    stocks = ", ".join(f"count(*) FILTER (WHERE {holds}) AS {name}" for name, holds in STOCKS.items())
    flows = ", ".join(f"count(*) FILTER (WHERE {holds}) AS {name}" for name, holds in FLOWS.items())
    no_stocks = ", ".join(f"0::bigint AS {name}" for name in STOCKS)
    no_flows = ", ".join(f"0::bigint AS {name}" for name in FLOWS)
    sums = ", ".join(f"sum({name})::bigint AS {name}" for name in (*STOCKS, *FLOWS))
    text = f"{UNIT} AS unit, one.kind AS loai, one.device AS thiet_bi, {LEVEL} AS cap"
    return f"""
    SELECT unit, month, loai, thiet_bi, cap, {sums}, {FIRM} AS status, max(true_for) AS true_for
    FROM (
        SELECT {text}, month, {stocks}, {no_flows}, max(lower(one.known)) AS true_for
        FROM ({MONTHS}) span JOIN certificates_version one ON one.valid @> span.day AND upper_inf(one.known) {PLACE}
        GROUP BY 1, 2, 3, 4, 5
        UNION ALL
        SELECT {text}, to_char(lower(one.valid), 'YYYY-MM') AS month, {no_stocks}, {flows}, max(lower(one.known))
        FROM certificates_version one {PLACE}
        WHERE upper_inf(one.known) AND lower(one.valid) <= {TODAY} GROUP BY 1, 2, 3, 4, 5
    ) told GROUP BY unit, month, loai, thiet_bi, cap
    """


def _certificate_prints() -> str:
    return f"""
    SELECT span.month AS month,
           count(*) || '.' || sum(one.id) || '.' || max(one.id) || '.' || span.day AS fingerprint
    FROM ({MONTHS}) span JOIN certificates_version one ON one.valid && daterange(
        date_trunc('month', span.day)::date, span.day, '[]') AND upper_inf(one.known)
    GROUP BY span.month, span.day
    """


def _certificate_columns() -> tuple[FactColumn, ...]:
    measure = _("chứng thư")
    names = {
        "in_force": (_("Chứng thư đang hiệu lực"), "Certificates in force"),
        "suspended": (_("Chứng thư tạm dừng"), "Suspended certificates"),
        "expired_held": (_("Chứng thư hết hạn vẫn đang giữ"), "Expired certificates still held"),
        "ends_30": (_("Chứng thư hết hạn trong 30 ngày"), "Ending within 30 days"),
        "ends_60": (_("Chứng thư hết hạn trong 60 ngày"), "Ending within 60 days"),
        "ends_90": (_("Chứng thư hết hạn trong 90 ngày"), "Ending within 90 days"),
        "must_change": (_("Chứng thư phải thay đổi do sắp xếp"), "To be changed after a merger"),
        "late_change": (_("Chứng thư quá hạn thay đổi"), "Late to be changed"),
        "must_revoke": (_("Chứng thư phải thu hồi do sắp xếp"), "To be revoked after a merger"),
        "on_hsm": (_("Chứng thư trên HSM"), "Certificates on HSM"),
        "issued": (_("Chứng thư được cấp"), "Certificates issued"),
        "renewed": (_("Chứng thư được gia hạn"), "Certificates renewed"),
        "changed": (_("Chứng thư được thay đổi nội dung"), "Certificates changed"),
        "recovered": (_("Lần khôi phục thiết bị"), "Devices recovered"),
        "revoked": (_("Chứng thư bị thu hồi"), "Certificates revoked"),
    }
    return tuple(
        FactColumn(code, *labels, nature=Nature.STOCK if code in STOCKS else Nature.FLOW, unit_of_measure=measure)
        for code, labels in names.items()
    )


def _kind_dimension() -> Dimension:
    english = {"organisation": "Organisation", "personal": "Personal", "sim": "SIM PKI", "service": "Service"}
    members = tuple(Member(code, str(name), english[code]) for code, name in Version.Kind.choices)
    return Dimension("loai", _("loại chứng thư"), "kind of certificate", members)


def _device_dimension() -> Dimension:
    english = {"usb": "USB token", "hsm": "HSM", "sim": "SIM", "none": "Not known"}
    members = tuple(Member(code, str(name), english[code]) for code, name in Version.Device.choices)
    return Dimension("thiet_bi", _("thiết bị"), "device", members)


def _level_dimension() -> Dimension:
    labels_by_code = {
        "tinh": (_("cấp tỉnh"), "Province"),
        "so": (_("cơ quan của tỉnh"), "Provincial agency"),
        "huyen": (_("cấp huyện"), "District"),
        "xa": (_("cấp xã"), "Commune"),
    }
    return Dimension(
        "cap",
        _("cấp của đơn vị"),
        "level of the unit",
        tuple(Member(code, *labels) for code, labels in labels_by_code.items()),
    )


MOMENTS = ("submitted_at", "approved_at", "sent_at", "answered_at", "handed_at", "closed_at")
DAYS = "round(extract(epoch FROM {} - {}) / 86400)"
COUNTED = {
    "submitted": ("submitted_at", "true", ""),
    "approved": ("approved_at", "true", ""),
    "sent": ("sent_at", "true", ""),
    "answered": ("answered_at", "true", ""),
    "handed": ("handed_at", "true", ""),
    "refused": ("closed_at", "step = 'refused'", ""),
    "days_to_answer": ("answered_at", "submitted_at IS NOT NULL", DAYS.format("answered_at", "submitted_at")),
    "days_at_agency": ("answered_at", "sent_at IS NOT NULL", DAYS.format("answered_at", "sent_at")),
    "days_to_hand": ("handed_at", "answered_at IS NOT NULL", DAYS.format("handed_at", "answered_at")),
}


def requests_fact() -> Fact:
    """CTS-DN: requests by what happened to them in each month, and the days that it took."""
    return Fact(
        code=REQUESTS,
        name=_("Đề nghị về chứng thư số"),
        name_en="Requests about certificates",
        select=_request_rows(),
        fingerprints=_request_prints(),
        columns=_request_columns(),
        dims=(_request_dimension(), _kind_dimension()),
        domain=DOMAIN,
        agency=AGENCY,
    )


def _request_rows() -> str:
    month = f"to_char(moment.at AT TIME ZONE '{ZONE}', 'YYYY-MM')"
    sums = ", ".join(
        f"coalesce(sum({sum_expression}) FILTER (WHERE moment.name = '{moment}' AND {holds}), 0)::bigint AS {name}"
        if sum_expression
        else f"count(*) FILTER (WHERE moment.name = '{moment}' AND {holds}) AS {name}"
        for name, (moment, holds, sum_expression) in COUNTED.items()
    )
    moments = ", ".join(f"('{name}', one.{name})" for name in MOMENTS)
    return f"""
    SELECT {UNIT} AS unit, {month} AS month, one.ask AS viec, one.kind AS loai, {sums},
           CASE WHEN {month} = {THIS_MONTH} THEN 2 ELSE 3 END AS status, max(moment.at) AS true_for
    FROM certificates_request one {PLACE} CROSS JOIN LATERAL (VALUES {moments}) moment(name, at)
    WHERE moment.at IS NOT NULL AND moment.at <= now() GROUP BY 1, 2, 3, 4
    """


def _request_prints() -> str:
    moments = ", ".join(f"one.{name}" for name in MOMENTS)
    month = f"to_char(at AT TIME ZONE '{ZONE}', 'YYYY-MM')"
    return f"""
    SELECT span.month AS month, count(*) || '.' || sum(one.id * (one.moves + 1)) || '.' ||
           (span.month = {THIS_MONTH}) AS fingerprint
    FROM certificates_request one CROSS JOIN LATERAL (
        SELECT DISTINCT {month} AS month FROM unnest(ARRAY[{moments}]) at WHERE at <= now()) span
    GROUP BY span.month
    """


def _request_columns() -> tuple[FactColumn, ...]:
    names = {
        "submitted": (_("Đề nghị gửi đi"), "Requests submitted"),
        "approved": (_("Đề nghị được lãnh đạo duyệt"), "Requests approved"),
        "sent": (_("Đề nghị gửi nơi cấp"), "Requests sent to the issuer"),
        "answered": (_("Đề nghị có kết quả"), "Requests answered"),
        "handed": (_("Đề nghị đã bàn giao"), "Requests handed over"),
        "refused": (_("Đề nghị bị từ chối"), "Requests refused"),
        "days_to_answer": (_("Ngày từ lúc gửi đến lúc có kết quả"), "Days from submission to answer"),
        "days_at_agency": (_("Ngày chờ nơi cấp"), "Days at the issuer"),
        "days_to_hand": (_("Ngày từ lúc có kết quả đến bàn giao"), "Days from answer to handing over"),
    }
    return tuple(
        FactColumn(code, *labels, unit_of_measure=_("ngày") if code.startswith("days") else _("đề nghị"))
        for code, labels in names.items()
    )


def _request_dimension() -> Dimension:
    english = {"issue": "New", "renew": "Renewal", "change": "Change", "recover": "Recovery", "revoke": "Revocation"}
    members = tuple(Member(code, str(name), english[code]) for code, name in Request.Ask.choices)
    return Dimension("viec", _("loại đề nghị"), "kind of request", members)


def certificate_records(record_query: RecordQuery) -> Sequence[Record]:
    """The certificates behind a number: those known of at the end of the last month asked for."""
    month = max(record_query.months)
    day = min(periods.parse(month).end, clock.today())
    here = Q(unit__ref__in=record_query.units) | Q(unit__level=Level.AGENCY, unit__parent__ref__in=record_query.units)
    versions = lookup.versions_on(day).filter(here, search.in_force(day))
    codes = {code: level for level, code in LEVELS.items() if level != Level.HAMLET}
    for dim, code in record_query.members:
        column = {"loai": "kind", "thiet_bi": "device"}.get(dim)
        versions = versions.filter(**({column: code} if column else {"unit__level": codes.get(code, 0)}))
    if record_query.since is not None:
        versions = versions.filter(known__startswith__gt=record_query.since)
    return [
        _certificate_record(version, month)
        for version in versions.order_by("unit__sort_key", "certificate__ref")[: record_query.limit]
    ]


def _certificate_record(version: Version, month: str) -> Record:
    subject = version.subject if version.kind == "organisation" else version.get_kind_display()
    return Record(
        title=f"{version.certificate.ref} · {subject}",
        href=reverse("certificates:one", args=[version.certificate.ref]),
        unit=version.unit.name,
        period=month,
        status="official",
        as_of=version.known.lower,
        by=version.by_name,
        values=((_("Loại"), str(version.get_kind_display())), (_("Hiệu lực đến hết"), f"{version.last_day:%d/%m/%Y}")),
    )
