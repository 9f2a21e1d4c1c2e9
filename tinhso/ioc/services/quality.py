"""Judging published values after each snapshot, and asking people to look at what seems wrong."""

import hashlib
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import DATA_SET_PROVIDERS, DataSetFacts, Fact
from tinhso.blocks.indicators.queries import Catalogue
from tinhso.blocks.indicators.rights import HAND_IN_RETURNS, SEE_RETURNS
from tinhso.blocks.indicators.services import store
from tinhso.blocks.messaging import services as messaging
from tinhso.blocks.messaging.models import Message
from tinhso.blocks.outbox.rights import OPERATE_SYSTEM
from tinhso.blocks.units.models import Unit
from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.ioc.models import QualityFinding, QualityReminder, QualityRun, QualityTally
from tinhso.ioc.queries.quality import cells, series
from tinhso.ioc.queries.quality.limits import ColumnPair, QualityLimits, limits
from tinhso.ioc.queries.quality.problems import QualityProblem, last_reminders
from tinhso.ioc.queries.quality.series import CLAIM, HEAPED, PAIR, RULE, Suspicion
from tinhso.kernel import periods
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.periods import PeriodType

KEPT_RUNS = 3


@dataclass
class QualityJudgement:
    """What one judging found: suspicions (no more than are worth keeping of one test and data set), and counts."""

    limits: QualityLimits
    since: str
    suspicions: list[Suspicion] = field(default_factory=list)
    found: Counter[str] = field(default_factory=Counter)
    checked: dict[tuple[str, str], int] = field(default_factory=dict)
    doubted: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    def take(self, test: str, found: Iterable[Suspicion]) -> None:
        """Count everything, keep the newest."""
        every = sorted(found, key=lambda one: (one.month, one.unit), reverse=True)
        self.found[test] += len(every)
        self.suspicions += every[: self.limits.keep_per_test]
        for suspicion in every:
            if suspicion.test not in (HEAPED, PAIR, CLAIM):
                self.doubted[suspicion.data_set, suspicion.unit].add(suspicion.month)


def judge_published(*, by: Actor, now: datetime) -> QualityRun | None:
    """Judge all published values of the last months; nothing before the first snapshot, nor twice for the same."""
    by.must_be_able_to(OPERATE_SYSTEM)
    number = indicators.newest_number()
    if not number or QualityRun.objects.filter(snapshot=number).exists():
        return None
    began = time.monotonic()
    rules = limits()
    since = _months_before(now.date(), rules.months)
    judgement = QualityJudgement(rules, since)
    catalogue = indicators.catalogue_of(number) or indicators.catalogue()
    sets = {data_set_facts.code: data_set_facts for provider in DATA_SET_PROVIDERS for data_set_facts in provider()}
    for fact in catalogue.facts.values():
        if fact.code in sets:
            _judge_fact(judgement, fact, sets[fact.code], _months_before(now.date(), rules.months + 13))
    judgement.take(series.OVER, cells.shares_over_hundred(catalogue, number, rules, since))
    for pair in rules.pairs:
        judgement.take(PAIR, _pair_differences(catalogue, pair, since))
    judgement.take(CLAIM, _failed_claims())
    agencies = {indicator.code: indicator.agency for indicator in catalogue.indicators.values()}
    agencies |= {data_set_facts.code: data_set_facts.agency for data_set_facts in sets.values()}
    return _store_judgement(judgement, number, agencies, by=by, now=now, seconds=time.monotonic() - began)


def _months_before(day: date, many: int) -> str:
    return periods.of(day, PeriodType.MONTH).shift(-many).code


def _judge_fact(judgement: QualityJudgement, fact: Fact, data_set_facts: DataSetFacts, first: str) -> None:
    files = store.default_store().files(fact)
    with series.open_engine() as engine:
        if not series.load_fact(engine, fact, files, first):
            return
        for unit, many in series.unit_months(engine, judgement.since):
            judgement.checked[fact.code, unit] = many
        for test, suspicions in series.suspicions(engine, fact, judgement.limits, judgement.since):
            judgement.take(test, suspicions)
        for rule in data_set_facts.rules:
            judgement.take(RULE, series.broken_rules(engine, fact, rule, judgement.since))


def _pair_differences(catalogue: Catalogue, pair: ColumnPair, since: str) -> Iterator[Suspicion]:
    """Where the two sources of a pair differ; nothing while one of them is unknown."""
    sides = [pair.column("left"), pair.column("right")]
    with series.open_engine() as engine:
        for name, (code, column) in zip(("one_side", "other_side"), sides, strict=True):
            fact = catalogue.facts.get(code)
            files = store.default_store().files(fact) if fact is not None else []
            if fact is None or not files or column not in {fact_column.code for fact_column in fact.columns}:
                return
            series.load_column(engine, name, column, files, since)
        for unit, month, left, right in series.differing_values(engine, pair.by, float(pair.tolerance)):
            yield Suspicion(PAIR, sides[0][0], unit, month, pair.code, sides[0][1], left, right, pair.label)


def _failed_claims() -> Iterator[Suspicion]:
    """Published figures that the returns do not bear out."""
    for claim_verdict in indicators.check_claims():
        if claim_verdict.verdict == "fails" and claim_verdict.computed is not None:
            month = f"{periods.parse(claim_verdict.period).end:%Y-%m}"
            code = claim_verdict.computed.indicators[0] if claim_verdict.computed.indicators else ""
            claimed = None if claim_verdict.claimed is None else float(claim_verdict.claimed)
            computed = float(claim_verdict.computed.rounded)
            yield Suspicion(
                CLAIM, code, claim_verdict.unit, month, claim_verdict.code, "", claimed, computed, claim_verdict.wording
            )


@transaction.atomic
def _store_judgement(
    judgement: QualityJudgement, number: int, agencies: Mapping[str, str], *, by: Actor, now: datetime, seconds: float
) -> QualityRun:
    findings = dict(judgement.found) | {"checked": sum(judgement.checked.values())}
    run = QualityRun.objects.create(
        snapshot_id=number, at=now, since=judgement.since, seconds=round(seconds, 2), found=findings
    )
    rows = {key_of(suspicion): _quality_finding(run, suspicion, agencies) for suspicion in judgement.suspicions}
    QualityFinding.objects.bulk_create(rows.values(), batch_size=1000)
    doubted = judgement.doubted
    QualityTally.objects.bulk_create(
        (
            QualityTally(run=run, data_set=code, unit=unit, checked=many, doubted=len(doubted.get((code, unit), ())))
            for (code, unit), many in judgement.checked.items()
        ),
        batch_size=2000,
    )
    old = QualityRun.objects.order_by("-snapshot_id").values_list("pk", flat=True)[KEPT_RUNS:]
    QualityRun.objects.filter(pk__in=list(old)).delete()
    audit.record(by=by, did="judged", to=run, after={"snapshot": number, **findings})
    return run


def key_of(suspicion: Suspicion) -> str:
    """The same for the same suspicion in every judging."""
    parts = (
        suspicion.test,
        suspicion.data_set,
        suspicion.unit,
        suspicion.month,
        suspicion.member,
        suspicion.column,
        suspicion.more if suspicion.test == RULE else "",
    )
    return hashlib.sha1("|".join(parts).encode(), usedforsecurity=False).hexdigest()


def _quality_finding(run: QualityRun, suspicion: Suspicion, agencies: Mapping[str, str]) -> QualityFinding:
    return QualityFinding(
        run=run,
        key=key_of(suspicion),
        test=suspicion.test,
        severity=suspicion.severity,
        data_set=suspicion.data_set,
        agency=agencies.get(suspicion.data_set, ""),
        unit=suspicion.unit,
        month=suspicion.month,
        member=suspicion.member,
        column=suspicion.column,
        value=_number_text(suspicion.value),
        expected=_number_text(suspicion.expected),
        more=suspicion.more[:400],
    )


def _number_text(number: float | None) -> str:
    return "" if number is None else f"{number:.6f}".rstrip("0").rstrip(".")


@transaction.atomic
def send_reminder(*, problem: QualityProblem, by: Actor, now: datetime) -> QualityReminder:
    """Ask those who can correct it to look at a problem, in their inboxes and by e-mail, once in a few days."""
    if problem.owner is None:
        raise Refused("nobody_responsible", _("Chưa biết đơn vị nào chịu trách nhiệm về việc này."))
    unit = Unit.objects.select_for_update().get(pk=problem.owner.pk)  # two at once remind once
    by.must_be_able_to(SEE_RETURNS, at=unit)
    earlier = last_reminders([problem.key], now=now).get(problem.key)
    if earlier is not None and earlier.is_recent:
        raise Refused("already_reminded", _("Việc này đã được nhắc, chưa cần nhắc lại."))
    people = [person for person in identity.holders_of_rights(HAND_IN_RETURNS, at=unit) if person.ref != by.ref]
    if not people:
        raise Refused("nobody_to_remind", _("Chưa có ai giữ quyền nộp báo cáo ở %(unit)s."), unit=unit.name)
    title = _("Nhờ xem lại số liệu: %(title)s") % {"title": problem.title}
    body = _("%(who)s nhờ bạn xem lại: %(why)s") % {"who": by.name, "why": problem.why}
    recipient_count = messaging.notify(
        to=people,
        title=title,
        body=body,
        now=now,
        href=problem.href or reverse("ioc:quality"),
        kind=Message.Kind.TASK,
        key=f"quality:{problem.key}:{now:%Y%m%d%H%M}",
        mail=True,
    )
    reminder = QualityReminder.objects.create(key=problem.key, at=now, by=by.ref, by_name=by.name, told=recipient_count)
    after = {"unit": unit.ref, "told": recipient_count, "title": title[:200]}
    audit.record(by=by, did="reminded", to=("ioc.QualityProblem", problem.key), after=after)
    return reminder


def note_quality_export(*, what: str, form: str, query: str, rows: int, by: Actor) -> None:
    """Write down that ``by`` took the list of problems as a file; refuses who may not see indicators."""
    by.must_be_able_to(SEE_INDICATORS)
    audit.record(by=by, did="exported", to=("ioc.Quality", what), after={"form": form, "query": query, "rows": rows})
