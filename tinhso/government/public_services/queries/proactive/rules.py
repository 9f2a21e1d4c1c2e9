"""Rules: which hold on a day, which are switched off, and what became of what they offered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from tinhso.government.public_services.models import (
    ProactiveOffer,
    ProactiveRule,
    ProactiveSilence,
    ProactiveSwitch,
    Version,
)
from tinhso.kernel.errors import Refused

# what an officer counts by → which offers it means; each number leads to them
COUNTED: dict[str, Q] = {
    "offered": Q(),
    "told": Q(told_at__isnull=False),
    "opened": Q(opened_at__isnull=False),
    "confirmed": Q(answer__in=["confirmed", "adjusted"]),
    "refused": Q(answer="refused"),
    "expired": Q(state="expired"),
    "automatic": Q(automatic=True),
    "restored": Q(state="restored"),
    "held_back": ~Q(held_back="") & Q(state__in=["offered", "opened"]),
}


@dataclass(frozen=True)
class ProactiveRuleTotals:
    """A rule with what became of its offers; ``switch`` is the last thing that somebody said of it."""

    rule: ProactiveRule
    procedure: str
    switch: ProactiveSwitch | None
    counts: dict[str, int]

    @property
    def is_off(self) -> bool:
        """Whether nothing new is offered under it."""
        return bool(self.switch and self.switch.off)


def live_rules() -> QuerySet[ProactiveRule]:
    """What is known now, of every day."""
    return ProactiveRule.objects.filter(known__upper_inf=True)


def in_force(day: date) -> QuerySet[ProactiveRule]:
    """The rules of a day, also those that are switched off."""
    return live_rules().filter(effective__contains=day).order_by("level", "code")


def rule_switches() -> dict[str, ProactiveSwitch]:
    """Code → the last thing that somebody said of the rule."""
    newest = ProactiveSwitch.objects.order_by("code", "-pk").distinct("code")
    return {proactive_switch.code: proactive_switch for proactive_switch in newest}


def is_off(code: str) -> bool:
    """Whether a rule is switched off."""
    newest = ProactiveSwitch.objects.filter(code=code).order_by("-pk").first()
    return bool(newest and newest.off)


def by_code(code: str) -> ProactiveRule:
    """The newest version of a rule; refuses an unknown one."""
    proactive_rule = live_rules().filter(code=code).order_by("-effective").first()
    if proactive_rule is None:
        raise Refused("unknown_rule", _("Không có quy tắc chủ động nào mang mã “%(code)s”."), code=code[:40])
    return proactive_rule


def rules_overview() -> list[ProactiveRuleTotals]:
    """Every rule that is known now, its newest version, by level."""
    newest = live_rules().order_by("code", "-effective").distinct("code")
    proactive_switches_by_key, counted = rule_switches(), _offer_counts()
    named = dict(
        Version.objects.filter(
            known__upper_inf=True, procedure__code__in=[proactive_rule.procedure for proactive_rule in newest]
        )
        .order_by("effective")
        .values_list("procedure__code", "name")
    )
    lines = [
        ProactiveRuleTotals(
            proactive_rule,
            named.get(proactive_rule.procedure, proactive_rule.procedure),
            proactive_switches_by_key.get(proactive_rule.code),
            counted.get(proactive_rule.code, {}),
        )
        for proactive_rule in newest
    ]
    return sorted(lines, key=lambda line: (line.rule.level, line.rule.code))


def _offer_counts() -> dict[str, dict[str, int]]:
    counters = {
        f"n_{name}": Count("pk", filter=condition) if condition else Count("pk") for name, condition in COUNTED.items()
    }
    rows: Any = ProactiveOffer.objects.values("code").annotate(**counters)
    return {row["code"]: {name: row[f"n_{name}"] for name in COUNTED} for row in rows}


def offers_of(code: str, what: str) -> QuerySet[ProactiveOffer]:
    """The offers behind a number, the newest first."""
    proactive_offers = ProactiveOffer.objects.filter(COUNTED.get(what, Q()), code=code)
    return proactive_offers.select_related("rule", "source__party", "unit", "filed").order_by(
        F("offered_at").desc(), "-pk"
    )


def silenced_rules(person: str) -> Sequence[str]:
    """The rules that a person does not want to hear of."""
    return list(ProactiveSilence.objects.filter(person=person, until=None).values_list("code", flat=True))
