"""Messages to the portal and ministries' cases as facts: how quick, how often failed, how many late."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.cases.models import Case
from tinhso.blocks.indicators.contract import Dimension, Fact, FactColumn, Member, Record, RecordQuery
from tinhso.blocks.indicators.contract.sql import MONTH
from tinhso.blocks.units.models import Level
from tinhso.government.public_services.models import Dispatch, ForeignDossier
from tinhso.government.public_services.queries.facts import province_ref
from tinhso.government.public_services.queries.portal import foreign
from tinhso.government.public_services.queries.portal.rules import portal_rules

MESSAGES, FOREIGN = "DB-CQG", "HSBN"
PROMPT = 300  # seconds, where the province says nothing
MESSAGE_ROWS = """
    SELECT CASE WHEN place.level = 9 THEN coalesce(above.ref, place.ref) ELSE place.ref END AS unit,
           {month} AS month, one.kind AS loai,
           count(*) AS messages,
           count(*) FILTER (WHERE one.state = 'sent') AS sent,
           count(*) FILTER (WHERE one.state = 'sent' AND one.sent_at - one.happened_at <= interval '{prompt} seconds')
               AS prompt,
           count(*) FILTER (WHERE one.failures > 0) AS failed_once,
           count(*) FILTER (WHERE one.state = 'dead') AS dead,
           count(*) FILTER (WHERE one.state = 'skipped') AS skipped,
           CASE WHEN {month} = {running} THEN 2 ELSE 3 END AS status,
           max(coalesce(one.sent_at, one.queued_at)) AS true_for
    FROM public_services_dispatch one
    JOIN cases_case dossier ON dossier.code = one.dossier
    JOIN units_unit place ON place.id = dossier.origin_unit_id
    LEFT JOIN units_unit above ON above.id = place.parent_id
    GROUP BY 1, 2, 3
"""
MESSAGE_PRINTS = """
    SELECT {month} AS month,
           count(*) || '.' || count(*) FILTER (WHERE state = 'sent') || '.' || count(*) FILTER (WHERE state = 'dead')
           || '.' || count(*) FILTER (WHERE state = 'skipped') || '.' || sum(failures) || '.' || ({month} = {running})
           || '.{prompt}' AS fingerprint
    FROM public_services_dispatch GROUP BY 1
"""
FOREIGN_ROWS = """
    SELECT CASE WHEN place.id IS NULL THEN {home} WHEN place.level = 9 THEN coalesce(above.ref, place.ref)
                ELSE place.ref END AS unit,
           {month} AS month, one.source AS nguon,
           count(*) FILTER (WHERE moment.name = 'received') AS received,
           count(*) FILTER (WHERE moment.name = 'due') AS due,
           count(*) FILTER (WHERE moment.name = 'due' AND coalesce(one.finished_at, now()) > one.due_at) AS missed,
           CASE WHEN {month} = {running} THEN 2 ELSE 3 END AS status,
           max(lower(one.known)) AS true_for
    FROM public_services_foreigndossier one
    LEFT JOIN units_unit place ON place.id = one.unit_id
    LEFT JOIN units_unit above ON above.id = place.parent_id
    CROSS JOIN LATERAL (VALUES ('received', one.received_at),
                               ('due', CASE WHEN one.status NOT IN (3, 7, 8) THEN one.due_at END)) moment(name, at)
    WHERE upper_inf(one.known) AND moment.at <= now() AND {home} <> ''
    GROUP BY 1, 2, 3
"""
FOREIGN_PRINTS = """
    SELECT {month} AS month,
           count(*) || '.' || max(lower(one.known)) || '.' || ({month} = {running}) AS fingerprint
    FROM public_services_foreigndossier one
    CROSS JOIN LATERAL (VALUES (one.received_at), (one.due_at)) moment(at)
    WHERE upper_inf(one.known) AND moment.at <= now()
    GROUP BY 1
"""


def messages_fact() -> Fact:
    """DB-CQG: messages about cases, in the month of what they tell, where it was decided."""
    month, running = MONTH.format("one.happened_at"), MONTH.format("now()")
    rules = portal_rules()
    prompt = int(rules.patience.prompt.total_seconds()) if rules else PROMPT
    words = _("thông điệp")
    columns = {
        "messages": (_("Thông điệp"), "Messages"),
        "sent": (_("Thông điệp đã gửi"), "Messages sent"),
        "prompt": (_("Thông điệp gửi kịp thời"), "Messages sent promptly"),
        "failed_once": (_("Thông điệp từng hỏng"), "Messages that failed at least once"),
        "dead": (_("Thông điệp dừng"), "Messages given up"),
        "skipped": (_("Thông điệp bỏ qua"), "Messages skipped"),
    }
    kinds = tuple(Member(str(kind), str(kind.label), str(kind)) for kind in Dispatch.Kind)
    return Fact(
        code=MESSAGES,
        name=_("Thông điệp lên Cổng Dịch vụ công quốc gia"),
        name_en="Messages to the national portal",
        select=MESSAGE_ROWS.format(month=month, running=running, prompt=prompt),
        fingerprints=MESSAGE_PRINTS.format(month=MONTH.format("happened_at"), running=running, prompt=prompt),
        columns=tuple(FactColumn(code, *names, unit_of_measure=words) for code, names in columns.items()),
        dims=(Dimension("loai", _("loại thông điệp"), "kind of message", kinds),),
        level="commune",
        domain="dich-vu-cong",
        agency="VPUB",
        records=message_records,
    )


def foreign_fact() -> Fact:
    """HSBN: cases of ministries' systems as known now; those of nobody whom we know count for the province."""
    month, running, words = MONTH.format("moment.at"), MONTH.format("now()"), _("hồ sơ")
    unit = "'" + province_ref().replace("'", "''") + "'"
    columns = {
        "received": (_("Hồ sơ bộ, ngành tiếp nhận"), "Ministries' dossiers received"),
        "due": (_("Hồ sơ bộ, ngành đến hạn"), "Ministries' dossiers that fell due"),
        "missed": (_("Hồ sơ bộ, ngành quá hạn"), "Ministries' dossiers that missed their promise"),
    }
    sources = tuple(
        Member(dossier_source, dossier_source, dossier_source) for dossier_source in foreign.dossier_sources()
    )
    return Fact(
        code=FOREIGN,
        name=_("Hồ sơ của hệ thống bộ, ngành"),
        name_en="Dossiers of ministries' systems",
        select=FOREIGN_ROWS.format(month=month, running=running, home=unit),
        fingerprints=FOREIGN_PRINTS.format(month=month, running=running),
        columns=tuple(FactColumn(code, *names, unit_of_measure=words) for code, names in columns.items()),
        dims=(Dimension("nguon", _("hệ thống nguồn"), "source system", sources),),
        level="commune",
        domain="dich-vu-cong",
        agency="VPUB",
        records=foreign_records,
    )


def _in_months(months: Sequence[str], *names: str) -> Q:
    condition = Q(pk__in=())
    for month in months:
        for name in names:
            condition |= Q(**{f"{name}__year": int(month[:4]), f"{name}__month": int(month[5:7])})
    return condition


def message_records(record_query: RecordQuery) -> Sequence[Record]:
    """The messages behind a number, those that failed first."""
    dispatches = Dispatch.objects.filter(_in_months(record_query.months, "happened_at"))
    places = _cases_in(record_query.units)
    dispatches = dispatches.filter(dossier__in=places)
    for _dim, code in record_query.members:
        dispatches = dispatches.filter(kind=code)
    if record_query.since is not None:
        dispatches = dispatches.filter(Q(sent_at__gt=record_query.since) | Q(queued_at__gt=record_query.since))
    return [
        Record(
            title=f"{dispatch.dossier} · {dispatch.get_kind_display()}",
            href=reverse("public_services:message", args=[dispatch.pk]),
            unit="",
            period=max(record_query.months),
            status="official",
            as_of=dispatch.sent_at or dispatch.queued_at,
            by="",
            values=((_("Tình trạng"), str(dispatch.get_state_display())),),
        )
        for dispatch in dispatches.order_by("-failures", "-happened_at")[: record_query.limit]
    ]


def _cases_in(units: Sequence[str]) -> QuerySet[Case, Any]:
    here = Q(origin_unit__ref__in=units) | Q(origin_unit__level=Level.AGENCY, origin_unit__parent__ref__in=units)
    return Case.objects.filter(here).values("code")


def foreign_records(record_query: RecordQuery) -> Sequence[Record]:
    """The ministries' cases behind a number, the earliest promise first."""
    here = Q(unit__ref__in=record_query.units) | Q(unit__level=Level.AGENCY, unit__parent__ref__in=record_query.units)
    if province_ref() in record_query.units:
        here |= Q(unit=None)
    foreign_dossiers = (
        foreign.live_dossiers()
        .filter(here, _in_months(record_query.months, "received_at", "due_at"))
        .select_related("unit")
    )
    for _dim, code in record_query.members:
        foreign_dossiers = foreign_dossiers.filter(source=code)
    if record_query.since is not None:
        foreign_dossiers = foreign_dossiers.filter(known__startswith__gt=record_query.since)
    return [
        _foreign_record(foreign_dossier, max(record_query.months))
        for foreign_dossier in foreign_dossiers.order_by("due_at", "pk")[: record_query.limit]
    ]


def _foreign_record(foreign_dossier: ForeignDossier, month: str) -> Record:
    moment: datetime = foreign_dossier.known.lower
    return Record(
        title=f"{foreign_dossier.code} · {foreign_dossier.name}",
        href=reverse("public_services:foreign_one", args=[foreign_dossier.source, foreign_dossier.code]),
        unit=foreign_dossier.unit.name if foreign_dossier.unit else foreign_dossier.unit_code,
        period=month,
        status="official",
        as_of=moment,
        by=foreign_dossier.source,
        values=((_("Trạng thái"), foreign.status_words(foreign_dossier.status)),),
    )
