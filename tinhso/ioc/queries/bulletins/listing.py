"""Bulletins as lists and pages show them, and whether an issue can be made again."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tinhso.blocks.documents import queries as documents
from tinhso.blocks.indicators.contract import Access
from tinhso.blocks.indicators.models import Snapshot
from tinhso.blocks.indicators.queries import audience_of
from tinhso.ioc.models import Bulletin, BulletinTemplate
from tinhso.ioc.queries.bulletins.building import build_issue, program_versions
from tinhso.ioc.rights import APPROVE_BULLETINS, WRITE_BULLETINS
from tinhso.kernel import periods
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.periods import Period, PeriodType
from tinhso.kernel.reads import DeferredRead

OPEN = (Bulletin.State.DRAFT, Bulletin.State.SUBMITTED)
FINAL = (Bulletin.State.ISSUED, Bulletin.State.WITHDRAWN)
PERIODS_OFFERED = {PeriodType.MONTH: 6, PeriodType.QUARTER: 4, PeriodType.YEAR: 3}


def readable_bulletins(by: Actor) -> QuerySet[Bulletin]:
    """What ``by`` may read: issued bulletins of their audience, open ones of units where they write or approve."""
    audiences = [Bulletin.Audience.PUBLIC]
    if audience_of(by).access.rank >= Access.INTERNAL.rank:
        audiences.append(Bulletin.Audience.INTERNAL)
    condition = Q(state__in=FINAL, audience__in=audiences)
    for right in (WRITE_BULLETINS, APPROVE_BULLETINS):
        condition |= ~Q(state=Bulletin.State.DROPPED) & (
            Q() if right in by.everywhere else Q(unit__in=by.places(right))
        )
    rows = Bulletin.objects.filter(condition).select_related(
        "template", "unit", "snapshot", "document", "former__document"
    )
    return rows.order_by("-period", "-made_at", "-pk")


def readable_bulletin(ref: str, by: Actor) -> Bulletin:
    """The bulletin with a reference, as far as ``by`` may read it; refuses any other as unknown."""
    bulletin = readable_bulletins(by).prefetch_related("edits").filter(ref=ref).first()
    if bulletin is None:
        raise Refused("unknown_bulletin", _("Không có bản tin nào có mã “%(ref)s”."), ref=ref)
    return bulletin


def by_any_name(name: str) -> Bulletin:
    """The issued bulletin that a command names by its reference or by that of its document."""
    rows = Bulletin.objects.select_related("template", "unit", "snapshot", "document", "former__document", "corrects")
    bulletin = rows.filter(Q(ref=name) | Q(document__ref=name), document__isnull=False).first()
    if bulletin is None:
        raise Refused("unknown_bulletin", _("Không có bản tin nào đã ban hành có mã “%(ref)s”."), ref=name)
    return bulletin


def issued_bulletins() -> QuerySet[Bulletin]:
    """Every issued or withdrawn bulletin in the order in which they were issued."""
    return Bulletin.objects.filter(document__isnull=False).order_by("document__issued_at", "document__pk")


def templates_in_use() -> QuerySet[BulletinTemplate]:
    """The templates in use."""
    return BulletinTemplate.objects.filter(in_use=True)


def template_by_code(code: str) -> BulletinTemplate:
    """The template with a code; refuses an unknown one or one that is no longer used."""
    bulletin_template = templates_in_use().filter(code=code).first()
    if bulletin_template is None:
        raise Refused("unknown_template", _("Không có mẫu bản tin nào có mã “%(code)s”."), code=code)
    return bulletin_template


def periods_for(bulletin_template: BulletinTemplate, today: date) -> list[Period]:
    """The periods that a new issue may be for: the last ones that have ended, newest first."""
    kind = PeriodType(bulletin_template.period_type)
    last = periods.of(today, kind).shift(-1)
    return [last.shift(-n) for n in range(PERIODS_OFFERED[kind])]


def former_of(issue: Bulletin) -> Bulletin | None:
    """The issue that was last issued for the same template and unit, and still holds or is being corrected."""
    rows = Bulletin.objects.filter(template=issue.template, unit=issue.unit, state__in=FINAL)
    return rows.exclude(pk=issue.pk).order_by("-document__issued_at", "-document__pk").first()


def newest_snapshot_read() -> DeferredRead[int]:
    """The number of the newest snapshot; 0 before the first."""
    return DeferredRead(
        Snapshot.objects.order_by("-number").values("number")[:1],
        lambda rows: int(rows[0]["number"]) if rows else 0,
    )


def edit_counts(issue: Bulletin) -> dict[str, int]:
    """How often each block was reworded."""
    return dict(Counter(edit.block for edit in issue.edits.all()))


@dataclass(frozen=True)
class Verified:
    """An issue made again from its pinned snapshot, beside what was issued."""

    check: documents.RebuildCheck
    programs: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """``same`` to the byte, ``other_programs`` (differs, and other versions are at work), ``different`` or
        ``damaged``."""
        forms = set(self.check.forms.values())
        if "damaged" in forms:
            return "damaged"
        if self.check.is_exact:
            return "same"
        return "other_programs" if self.changed else "different"

    @property
    def changed(self) -> dict[str, tuple[str, str]]:
        """Every program that is of another version than when the issue was made."""
        return {**self.programs, **self.check.programs}


def verify_issue(issue: Bulletin) -> Verified:
    """Make an issue again from its snapshot, its texts and what it observed, and compare every byte."""
    if issue.document is None:
        raise Refused("not_issued", _("Bản tin chưa được ban hành."))
    content = issue.document.content
    again = replace(
        build_issue(issue).document, number=content["number"], day=content["day"], made_at=content["made_at"]
    )
    now = program_versions()
    other = {name: (issue.programs.get(name, "–"), now[name]) for name in now if issue.programs.get(name) != now[name]}
    return Verified(documents.compare_with_issued(issue.document, again), other)
