"""Who is concerned by a rule on a day: from finished cases, from results and papers that run out, from ages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from tinhso.blocks.cases.models import Case, Entry
from tinhso.blocks.cases.queries.papers import PREFIX, code_in, ref_of
from tinhso.blocks.documents import queries as documents
from tinhso.blocks.documents.models import Paper, PaperUse
from tinhso.government.public_services.models import ProactiveRule, ProactiveSilence
from tinhso.government.public_services.queries.proactive.shape import AGE, EXPIRES, FINISHED, Trigger, trigger_of
from tinhso.kernel import clock
from tinhso.kernel.working_calendar import moment_at

PROVIDER = "public_services"
DONE = (Case.Status.FINISHED, Case.Status.RETURNED)
ENDED = (Case.Status.DECLINED, Case.Status.WITHDRAWN, Case.Status.STOPPED)
RESULT_WITHDRAWN = "result_withdrawn"
LATEST_MONTH = 28 + 3  # a month has at most so many days


@dataclass(frozen=True)
class ProactiveConcern:
    """Whom a rule concerns: known from ``source``, because of ``occurrence``, which is about the day ``on``."""

    source: Case
    occurrence: str
    on: date
    paper: str = ""


@dataclass(frozen=True)
class ConcernSpan:
    """Days on which a rule would have spoken, both included."""

    first: date
    last: date

    def shifted(self, days: int) -> "ConcernSpan":
        """The same, so many days later."""
        return ConcernSpan(self.first + timedelta(days=days), self.last + timedelta(days=days))

    def holds(self, day: date) -> bool:
        """Whether a day is among them."""
        return self.first <= day <= self.last

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """From the first day's beginning up to, not including, the day after the last."""
        return moment_at(self.first, time()), moment_at(self.last + timedelta(days=1), time())


def people_concerned(rule: ProactiveRule, day: date) -> Iterator[ProactiveConcern]:
    """Everybody whom ``rule`` concerns as of ``day``: since it is in force, and since the days that it looks back.

    Left out: who has silenced it, who is unknown by number, and who has a case of what is offered already that
    somebody received since.
    """
    trigger = trigger_of(rule)
    span = ConcernSpan(max(rule.effective.lower, day - timedelta(days=rule.catch_up_days)), day)
    find = {FINISHED: _concerns_of_finished, EXPIRES: _concerns_of_expiring, AGE: _of_age}.get(
        trigger.kind, _papers_expiring
    )
    for concern in find(trigger, span):
        if not _is_left_out(concern, rule):
            yield concern


def is_silent(person: str, code: str) -> bool:
    """Whether somebody does not want to hear of a rule."""
    return ProactiveSilence.objects.filter(person=person, code=code, until=None).exists()


def still_holds(source: Case) -> bool:
    """Whether the result of a case was not taken back since."""
    return not source.entries.filter(did=RESULT_WITHDRAWN).exists()


def _is_left_out(concern: ProactiveConcern, rule: ProactiveRule) -> bool:
    person, since = concern.source.party.owner, concern.source.finished_at or concern.source.submitted_at
    same = Q(provider=PROVIDER, procedure=rule.procedure, party__owner=person, received_at__gte=since)
    at_hand = Case.objects.filter(same).exclude(pk=concern.source.pk).exclude(status__in=ENDED)
    return is_silent(person, rule.code) or at_hand.exists()


def _finished_cases(procedure: str) -> QuerySet[Case]:
    """Finished cases of a procedure of people known by number, whose result was not taken back."""
    taken_back = Entry.objects.filter(case=OuterRef("pk"), did=RESULT_WITHDRAWN)
    cases = Case.objects.filter(~Exists(taken_back), provider=PROVIDER, procedure=procedure, status__in=DONE)
    return cases.exclude(party__owner="").select_related("party", "unit")


def _concerns_of_finished(trigger: Trigger, span: ConcernSpan) -> Iterator[ProactiveConcern]:
    first, after = span.shifted(-trigger.days).moments
    for case in _finished_cases(trigger.procedure).filter(finished_at__gte=first, finished_at__lt=after).iterator():
        assert case.finished_at is not None
        yield ProactiveConcern(case, f"case:{case.code}", clock.local(case.finished_at).date())


def _concerns_of_expiring(trigger: Trigger, span: ConcernSpan) -> Iterator[ProactiveConcern]:
    """Results that say until when they hold; and, where the rule knows for how long they do, those that do not."""
    ends = span.shifted(trigger.days)
    papers = _valid_results().filter(valid_until__range=(ends.first, ends.last))
    for paper, case in _with_dossiers(papers, _finished_cases(trigger.procedure)):
        assert paper.valid_until is not None
        yield ProactiveConcern(case, f"case:{case.code}", paper.valid_until, paper.ref)
    if not trigger.valid_months:
        return
    earliest = ends.first - timedelta(days=LATEST_MONTH * trigger.valid_months)
    first, after = ConcernSpan(earliest, ends.last).moments
    for case in _finished_cases(trigger.procedure).filter(finished_at__gte=first, finished_at__lt=after).iterator():
        assert case.finished_at is not None
        until = months_after(clock.local(case.finished_at).date(), trigger.valid_months)
        if (
            ends.holds(until)
            and not _valid_results().filter(uses__used_in=ref_of(case), valid_until__isnull=False).exists()
        ):
            yield ProactiveConcern(case, f"case:{case.code}", until)


def _papers_expiring(trigger: Trigger, span: ConcernSpan) -> Iterator[ProactiveConcern]:
    ends = span.shifted(trigger.days)
    papers = Paper.objects.filter(kind=trigger.paper, valid_until__range=(ends.first, ends.last), withdrawn_at=None)
    everyone = Case.objects.exclude(party__owner="").select_related("party", "unit")
    for paper, case in _with_dossiers(papers, everyone):
        assert paper.valid_until is not None
        yield ProactiveConcern(case, f"paper:{paper.ref}", paper.valid_until, paper.ref)


def _of_age(trigger: Trigger, span: ConcernSpan) -> Iterator[ProactiveConcern]:
    """Birthdays are ISO days in what was declared, so that they sort as text."""
    ages, months = span.shifted(trigger.days), trigger.years * 12 + trigger.months
    first = months_after(ages.first, -months) - timedelta(days=3)
    last = months_after(ages.last, -months) + timedelta(days=3)
    values = {f"values__{trigger.field}__gte": first.isoformat(), f"values__{trigger.field}__lte": last.isoformat()}
    for case in _finished_cases(trigger.procedure).filter(**values).iterator():
        try:
            on = months_after(date.fromisoformat(str(case.values[trigger.field])), months)
        except ValueError:
            continue
        if ages.holds(on):
            yield ProactiveConcern(case, f"age:{months}:{case.code}", on)


def _valid_results() -> QuerySet[Paper]:
    return Paper.objects.filter(is_result=True, withdrawn_at=None)


def _with_dossiers(papers: QuerySet[Paper], dossiers: QuerySet[Case]) -> Iterator[tuple[Paper, Case]]:
    """Papers, each with the newest of these cases in which its own owner used it."""
    uses = PaperUse.objects.filter(paper__in=papers, used_in__startswith=PREFIX).select_related("paper")
    matched_paper_ids: set[int] = set()
    for use in uses.order_by("paper", "-pk"):
        case = None if use.paper_id in matched_paper_ids else dossiers.filter(code=code_in(use.used_in)).first()
        if case is not None and use.paper.owner == documents.owner_mark(case.party.owner):
            matched_paper_ids.add(use.paper_id)
            yield use.paper, case


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the month's last where it has no such day."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))
