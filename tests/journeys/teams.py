"""A community team of the tiny province, with work of every kind, and the addresses that show it."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from tests.journeys.world import somebody
from tinhso.blocks.registers import services as records
from tinhso.blocks.registers.contract import REGISTERS
from tinhso.blocks.surveys import services as surveys
from tinhso.blocks.surveys.models import FilledIn
from tinhso.blocks.units import queries as units
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor, program_actor
from tinhso.society.community_teams import services
from tinhso.society.community_teams.models import Member, Session, Team
from tinhso.society.community_teams.queries import lookup, month
from tinhso.society.community_teams.services.training import AttendanceRecord

MEMBER, VISIT = "cong-chuc-an-binh", "community_visit"
FORM = Path(__file__).parents[1] / "provinces" / "hai_song" / "surveys" / f"{VISIT}.xlsx"


def a_team(code: str = "TCN-AB-1", *, account: str = MEMBER) -> Team:
    """A hamlet's team of An Bình; its head logs in."""
    found = Team.objects.filter(code=code).first()
    if found is not None:
        return found
    by, now = program_actor("test", rights=lookup.RIGHTS), clock.now()
    values = {
        "code": code,
        "name": f"Tổ công nghệ số {code}",
        "unit": "AB",
        "tier": "hamlet",
        "hamlet": "Ấp Một",
        "decision": "12/QĐ-UBND",
        "decided_on": "2024-03-01",
        "decided_by": "Ủy ban nhân dân xã",
        "place": "Nhà văn hóa",
    }
    team = records.add_record(register=REGISTERS["teams"], values=values, by=by, now=now, valid_from=clock.today())
    member = {
        "number": f"TV-{code}",
        "name": "Trần Thị Lá",
        "unit": "AB",
        "team": team.ref,
        "role": "head",
        "body": "women",
        "account": account,
        "term_from": "2024-03-01",
        "term_until": "2099-12-31",
    }
    records.add_record(register=REGISTERS["team-members"], values=member, by=by, now=now, valid_from=clock.today())
    assert isinstance(team, Team)
    return team


def a_session(team: Team) -> Session:
    """A session that was held today, with a certificate for the head."""
    found = Session.objects.filter(title="Nộp hồ sơ trên mạng").first()
    if found is not None:
        return found
    by, now, member = program_actor("test", rights=lookup.RIGHTS), clock.now(), team.members.get()
    one = services.plan_session(
        title="Nộp hồ sơ trên mạng",
        skill="dich-vu-cong",
        unit=team.unit,
        held_on=clock.today(),
        hours=Decimal(3),
        place="Hội trường",
        trainer="Cán bộ sở",
        seats=9,
        by=by,
        now=now,
    )
    services.enrol_members(ref=one.ref, members=[member.ref], by=by, now=now)
    services.record_attendance(ref=one.ref, seen={member.ref: AttendanceRecord(True)}, by=by, now=now)
    services.certify_members(ref=one.ref, by=by, now=now)
    return one


def a_filled_in_form(team: Team, by: Actor) -> str:
    """The province's form of a visit is published, and one was sent; gives its reference."""
    workbook, keeper = FORM.read_bytes(), program_actor("test", rights=lookup.RIGHTS)
    row = surveys.publish_version(survey=VISIT, workbook=workbook, filename=FORM.name, by=keeper, now=clock.now())
    xml = f"""<data xmlns:orx="http://openrosa.org/xforms" id="{VISIT}" version="{row.version}"><team>{team.ref}</team>
    <day>{clock.today()}</day><kind>home</kind><people>2</people><topics>dvc</topics><has_difficulty>no</has_difficulty>
    <orx:meta><orx:instanceID>uuid:7a1c2f00-0000-4000-8000-00000000000a</orx:instanceID></orx:meta></data>"""
    sent = FilledIn.objects.filter(survey=VISIT).first()
    return sent.ref if sent else surveys.take_form(survey=VISIT, xml=xml.encode(), files={}, by=by, now=clock.now()).ref


def pages() -> list[str]:
    """Pages of the team and of its work."""
    team, by, now = a_team(), somebody(MEMBER), clock.now()
    draft = services.VisitDraft(day=clock.today(), kind="home", people=3, topics=["dvc"])
    visit = team.visits.first() or services.log_visit(team=team, draft=draft, by=by, now=now)
    trouble = team.difficulties.first() or services.report_difficulty(
        team=team, kind="song-yeu", text="Cuối ấp sóng yếu", by=by, now=now, visit=visit
    )
    task = (
        team.tasks.first()
        or services.give_tasks(
            teams=[team.ref],
            title="Vận động cài VNeID",
            text="",
            due_on=clock.today() + timedelta(days=9),
            unit=units.by_ref("AB"),
            by=by,
            now=now,
        )[0]
    )
    services.report_month(team=team, code=month.month_before(clock.today()), by=by, now=now)
    home, base = "/community", f"/community/teams/{team.ref}"
    return [
        f"{home}/",
        f"{home}/mine/",
        f"{base}/",
        f"{base}/log/",
        f"{base}/tell/",
        f"{base}/report/",
        f"{home}/visits/",
        f"{home}/visits/?topic=dvc",
        f"{home}/visits/{visit.ref}/",
        f"{home}/difficulties/",
        f"{home}/difficulties/?tray=all",
        f"{home}/difficulties/{trouble.ref}/",
        f"{home}/tasks/",
        f"{home}/tasks/new/",
        f"{home}/tasks/{task.ref}/",
        f"{home}/training/",
        f"{home}/training/new/",
        f"{home}/training/{a_session(team).ref}/",
        f"{home}/reports/",
        f"{home}/settling/",
        f"/registers/team-members/{Member.objects.get(team=team).ref}/",
        "/surveys/",
        "/surveys/mine/",
        "/surveys/connect/",
        f"/surveys/{VISIT}/",
        f"/surveys/{VISIT}/about/",
        f"/surveys/{VISIT}/answers/",
        f"/surveys/{VISIT}/publish/",
        f"/surveys/sent/{a_filled_in_form(team, by)}/",
    ]
