"""The monthly report: counted from the records and handed in by one tap."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.messaging import services as messaging
from tinhso.blocks.outbox import services as outbox
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.society.community_teams import events
from tinhso.society.community_teams.models import MonthReport, Team
from tinhso.society.community_teams.queries import accounts, lookup, month
from tinhso.society.community_teams.queries.rules import report_due
from tinhso.society.community_teams.rights import MANAGE_TEAMS
from tinhso.society.community_teams.services import words


@transaction.atomic
def report_month(
    *, team: Team, code: str, by: Actor, now: datetime, note: str = "", illustrative: bool = False
) -> MonthReport:
    """Hand in what the records say of a month (``YYYY-MM``) that is over, or running.

    Handing in again what was handed in already changes nothing; other numbers or another note are the next report.
    """
    team = lookup.my_team(team.ref, by)
    Team.objects.select_for_update(of=("self",)).get(pk=team.pk)  # two taps at once are one report
    if code not in month.last_months(clock.local(now).date()):
        raise Refused("bad_month", _("Chỉ gửi báo cáo của 12 tháng gần đây."))
    figures, text = month.month_figures(team, code), words.tidied_text(note, least=0)
    before = month.last_report(team, code)
    if before is not None and (before.figures, before.note) == (figures, text):
        return before
    month_report = MonthReport.objects.create(
        ref=refs.new_ref("BT"),
        team=team,
        unit=team.unit,
        month=code,
        number=before.number + 1 if before else 1,
        figures=figures,
        note=text,
        at=now,
        by=by.ref,
        by_name=by.name,
        due_on=report_due(code),
        illustrative=illustrative,
    )
    audit.record(
        by=by, did="team month reported", to=month_report, after={"month": code, "number": month_report.number}
    )
    month_reported = events.MonthReported(
        ref=month_report.ref, team=team.ref, month=code, number=month_report.number, unit=team.unit.ref, by=by.ref
    )
    outbox.emit(month_reported)
    return month_report


def remind_teams(*, code: str, by: Actor, now: datetime) -> int:
    """Tell members of teams that ``by`` manages and that have not reported of a month; says how many people."""
    by.must_be_able_to(MANAGE_TEAMS)
    notified_count = 0
    silent = lookup.managed_teams(by).exclude(reports__month=code)
    for team in silent.filter(pk__in=accounts.with_accounts()):
        title = _("Chưa gửi báo cáo tháng %(month)s của tổ") % {"month": f"{code[5:]}/{code[:4]}"}
        notified_count += messaging.notify(
            to=accounts.people_of(team),
            title=title,
            body=team.name,
            now=now,
            href=accounts.report_address(team, code),
            key=f"community_teams.reminder:{team.ref}:{code}:{now:%Y%m%d}",
            push=True,
        )
    return notified_count
