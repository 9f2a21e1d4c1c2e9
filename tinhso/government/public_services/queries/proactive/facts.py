"""Offers as a fact: how many of those made in a month were opened, confirmed, refused, filed by themselves, restored.

An offer counts in the month in which it was made, whatever became of it when: so every share is a part of its whole.
"""

from collections.abc import Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Dimension, Fact, FactColumn, Member, Record, RecordQuery
from tinhso.blocks.indicators.contract.sql import MONTH
from tinhso.blocks.units.models import Level
from tinhso.government.public_services.models import ProactiveOffer, ProactiveRule
from tinhso.government.public_services.queries.proactive import rules

CODE = "CHU-DONG"
COUNTED = {
    "offered": "true",
    "opened": "one.opened_at IS NOT NULL",
    "confirmed": "one.answer IN ('confirmed', 'adjusted')",
    "adjusted": "one.answer = 'adjusted'",
    "refused": "one.answer = 'refused'",
    "automatic": "one.automatic",
    "filed": "one.done_at IS NOT NULL",
    "restored": "one.restored_at IS NOT NULL",
}
LATEST = "greatest(one.offered_at, one.opened_at, one.answered_at, one.done_at, one.restored_at)"
ROWS = """
    SELECT CASE WHEN place.level = 9 THEN coalesce(above.ref, place.ref) ELSE place.ref END AS unit,
           {month} AS month, one.code AS quy_tac, 'muc-' || one.level AS muc,
           {columns},
           CASE WHEN {month} = {running} THEN 2 ELSE 3 END AS status,
           max({latest}) AS true_for
    FROM public_services_proactiveoffer one
    JOIN units_unit place ON place.id = one.unit_id
    LEFT JOIN units_unit above ON above.id = place.parent_id
    GROUP BY 1, 2, 3, 4
"""
PRINTS = """
    SELECT {month} AS month,
           count(*) || '.' || count(one.opened_at) || '.' || max({latest}) || '.' || ({month} = {running})
               AS fingerprint
    FROM public_services_proactiveoffer one GROUP BY 1
"""


def offers_fact() -> Fact:
    """CHU-DONG: offers by rule and level, where the case was decided from which somebody was known."""
    month, running, words = MONTH.format("one.offered_at"), MONTH.format("now()"), _("lời mời")
    counts = ", ".join(f"count(*) FILTER (WHERE {holds}) AS {name}" for name, holds in COUNTED.items())
    names = {
        "offered": (_("Lời mời đã gửi"), "Offers made"),
        "opened": (_("Lời mời đã xem"), "Offers opened"),
        "confirmed": (_("Lời mời được đồng ý"), "Offers confirmed"),
        "adjusted": (_("Lời mời được đồng ý sau khi sửa"), "Offers confirmed with changes"),
        "refused": (_("Lời mời bị từ chối"), "Offers refused"),
        "automatic": (_("Hồ sơ tự động nộp"), "Dossiers filed by themselves"),
        "filed": (_("Lời mời thành hồ sơ"), "Offers that came to a dossier"),
        "restored": (_("Hồ sơ được khôi phục như trước"), "Dossiers taken back"),
    }
    return Fact(
        code=CODE,
        name=_("Dịch vụ công chủ động"),
        name_en="Proactive services",
        select=ROWS.format(month=month, running=running, columns=counts, latest=LATEST),
        fingerprints=PRINTS.format(month=month, running=running, latest=LATEST),
        columns=tuple(FactColumn(code, *names[code], unit_of_measure=words) for code in COUNTED),
        dims=_offer_dimensions(),
        level="commune",
        domain="dich-vu-cong",
        agency="VPUB",
        records=offer_records,
    )


def _offer_dimensions() -> tuple[Dimension, ...]:
    """Rules that were ever known: something may have been offered under one that is no more."""
    rule_rows = list(ProactiveRule.objects.order_by("known", "effective").values_list("code", "name", "name_en"))
    newest = {code: Member(code, name, name_en or name) for code, name, name_en in rule_rows}
    levels = tuple(Member(f"muc-{level}", str(level.label), f"level {level}") for level in ProactiveRule.Level)
    rules_known = tuple(newest[code] for code in sorted(newest))
    return (Dimension("quy_tac", _("quy tắc"), "rule", rules_known), Dimension("muc", _("mức độ"), "level", levels))


def offer_records(record_query: RecordQuery) -> Sequence[Record]:
    """The offers behind a number, without saying who they are for, the newest first."""
    here = Q(unit__ref__in=record_query.units) | Q(unit__level=Level.AGENCY, unit__parent__ref__in=record_query.units)
    months = Q(pk__in=())
    for month in record_query.months:
        months |= Q(offered_at__year=int(month[:4]), offered_at__month=int(month[5:7]))
    proactive_offers = ProactiveOffer.objects.filter(here, months).select_related("unit", "rule")
    for dim, code in record_query.members:
        proactive_offers = (
            proactive_offers.filter(code=code)
            if dim == "quy_tac"
            else proactive_offers.filter(level=int(code.removeprefix("muc-")))
        )
    if record_query.since is not None:
        later = [Q(**{f"{moment}__gt": record_query.since}) for moment in ("offered_at", "answered_at", "done_at")]
        proactive_offers = proactive_offers.filter(later[0] | later[1] | later[2])
    return [
        _offer_record(proactive_offer, max(record_query.months))
        for proactive_offer in proactive_offers.order_by("-offered_at", "-pk")[: record_query.limit]
    ]


def _offer_record(proactive_offer: ProactiveOffer, month: str) -> Record:
    state_filter = proactive_offer.state if proactive_offer.state in rules.COUNTED else "offered"
    return Record(
        title=f"{proactive_offer.ref} · {proactive_offer.rule.name}",
        href=f"{reverse('public_services:proactive_rule', args=[proactive_offer.code])}?what={state_filter}",
        unit=proactive_offer.unit.name,
        period=month,
        status="official",
        as_of=proactive_offer.restored_at
        or proactive_offer.done_at
        or proactive_offer.answered_at
        or proactive_offer.opened_at
        or proactive_offer.offered_at,
        by="",
        values=((_("Trạng thái"), str(proactive_offer.get_state_display())),),
    )
