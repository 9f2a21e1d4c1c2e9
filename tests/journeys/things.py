"""Things of the tiny province's registers and programme: a line, an outage, a plan with a task, a directive."""

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

from tests.journeys.world import somebody
from tinhso.blocks.forms import services as forms
from tinhso.blocks.registers import services as records
from tinhso.blocks.registers.contract import REGISTERS
from tinhso.blocks.registers.services import importing
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Unit
from tinhso.economy.connectivity.models import Operator
from tinhso.economy.enterprises.models import Firm
from tinhso.government.infrastructure import services as infrastructure
from tinhso.government.infrastructure.models import Line
from tinhso.government.programme import services as programme
from tinhso.government.programme.models import Directive, Plan
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor
from tinhso.society.support import services as support
from tinhso.society.support.models import Programme
from tinhso.society.support.queries import lookup, secrets
from tinhso.society.support.services import lists
from tinhso.society.support.tests import makers as swaps

WORK = [
    "/toi/",
    "/tuan-nay/",
    "/tuan-nay/?week=2025-W01&unit=AB",
    "/directives/new/?about=place:AB&about=place:T",
]
ECONOMY = [
    "/connectivity/",
    "/connectivity/gaps/",
    "/connectivity/coverage/",
    "/enterprises/",
    "/enterprises/lists/site/",
    "/enterprises/lists/assessed/",
]

ASKED = "Vì sao cây chết nhiều"


def a_line(code: str, *, since: date) -> str:
    """A line of the commune An Bình, entered in its register by the operator; gives its reference."""
    found = Line.objects.filter(code=code).first()
    values = {
        "code": code,
        "name": "Internet An Bình",
        "unit": "AB",
        "kind": "internet",
        "provider": "Nhà mạng",
        "mbps": 200,
        "longitude": 107.05,
        "latitude": 15.05,
    }
    by, now = somebody("quan-tri"), clock.now()
    found = found or records.add_record(register=REGISTERS["lines"], values=values, by=by, now=now, valid_from=since)
    return str(found.ref)


def a_file_of_lines() -> str:
    """The reference of a file with a good and a faulty row that waits for the operator's word."""
    content = "mã;tên;đơn vị;loại;băng thông (Mbps)\nX1;Đường 1;AB;lan;20\nX2;;AB;lan;nhiều".encode()
    held = importing.hold_file(
        register=REGISTERS["lines"],
        file=BytesIO(content),
        name="duong.csv",
        size=len(content),
        by=somebody("quan-tri"),
        now=clock.now(),
    )
    return held.ref


def an_outage(thing: str) -> str:
    """The reference of an outage of a thing that was announced in time."""
    begin = clock.now() + timedelta(days=40)
    outage = infrastructure.announce_outage(
        title="Thay cáp",
        things=[thing],
        starts_at=begin,
        ends_at=begin + timedelta(hours=2),
        why="Cáp cũ",
        fallback="Dùng mạng di động",
        by=somebody("quan-tri"),
        now=clock.now(),
    )
    return outage.ref


def a_service(name: str) -> str:
    """A service for the public that the province runs; gives its reference."""
    values = {"code": "DVC", "name": name, "unit": "T-SO", "kind": "public"}
    by = somebody("quan-tri")
    return str(records.add_record(register=REGISTERS["services"], values=values, by=by, now=clock.now()).ref)


def a_check(thing: str) -> str:
    """The reference of a check of a thing that nobody has made yet."""
    by, now = somebody("quan-tri"), clock.now()
    return infrastructure.declare_check(thing=thing, kind="tcp", host="duong.example.vn", by=by, now=now).ref


def an_imei(number: int, tac: str = "99000001") -> str:
    """The IMEI of the ``number``-th handset of an old model (``99000102``: of a new one)."""
    return swaps.an_imei(number, tac)


def a_photo() -> bytes:
    """A photo of a handset."""
    return swaps.photo()


def a_programme(code: str) -> str:
    """A programme that swaps handsets in the whole province; gives its code."""
    by, now = somebody("quan-tri"), clock.now()
    if not Programme.objects.filter(code=code).exists():
        values = {
            "name": "Đổi máy 2G lấy máy 4G",
            "kind": "swap",
            "basis": "Kế hoạch của tỉnh",
            "giver": "Nhà mạng A",
            "giver_kind": "operator",
            "starts_on": date(2025, 1, 1),
            "amount": 1_000_000,
            "pieces": 20,
            "budget": 20_000_000,
            "once": ["person", "phone", "imei"],
            "takes_device": True,
            "gives_device": True,
        }
        home = units.by_ref("T")
        support.create_programme(code=code, unit=home, values=values, by=by)
        rules: list[dict[str, object]] = [{"rule": "age", "least": 18}, {"rule": "device", "generation": 2}]
        support.set_rules(code=code, rules=rules, valid_from=date(2025, 1, 1), why="", by=by, now=now)
        support.set_quota(code=code, unit=home, pieces=20, money=20_000_000, by=by)
        support.change_programme_state(code=code, to="open", by=by)
    return code


def an_application(code: str) -> str:
    """The reference of an application that waits to be decided in An Bình."""
    programme, draft = lookup.programme(a_programme(code)), swaps.a_draft(2, commune="AB")
    return support.submit_application(
        programme=programme, draft=draft, by=somebody("cong-chuc-an-binh"), now=clock.now()
    ).ref


def support_pages() -> dict[str, str]:
    """An application that was handed over, a batch of it, and a list that waits, each by its reference."""
    programme = lookup.programme(a_programme("doi-may"))
    by, now = program_actor("test", rights=lookup.RIGHTS), clock.now()
    one = programme.applications.filter(state="delivered").first()
    if one is None:
        draft = swaps.a_draft(1, commune="AB")
        one = support.submit_application(programme=programme, draft=draft, by=somebody("cong-chuc-an-binh"), now=now)
        support.approve_application(ref=one.ref, by=by, now=now, papers=True)
        imei = an_imei(1, "99000102")
        support.record_delivery(ref=one.ref, on=clock.today(), by=by, now=now, proof=swaps.a_file(), imei=imei)
        support.make_batch(code=programme.code, by=by, now=now)
        content = "họ và tên;số định danh;điện thoại;xã, phường;imei máy cũ\nLê Văn A;1;2;3;4".encode()
        lists.hold_list(code=programme.code, file=BytesIO(content), name="may.csv", size=len(content), by=by, now=now)
    return {
        "one": one.ref,
        "batch": programme.batches.latest("pk").ref,
        "list": programme.lists.latest("pk").ref,
        "mine": secrets.applicant_page_path(one),
    }


def a_firm(code: str = "0100233488") -> str:
    """A firm of the commune An Bình with a site that it declares; gives its reference."""
    values = {
        "code": code,
        "name": f"Công ty {code}",
        "unit": "AB",
        "kind": "firm",
        "sector": "trade",
        "size": "small",
        "site": "congty.example.vn",
        "told_on": "2026-01-05",
    }
    found = Firm.objects.filter(code=code).first()
    by, now = somebody("quan-tri"), clock.now()
    return str((found or records.add_record(register=REGISTERS["firms"], values=values, by=by, now=now)).ref)


def a_station(code: str, *, unit: str) -> str:
    """A 4G station in the middle of a commune, of the one operator; gives its reference."""
    by, now, place = somebody("quan-tri"), clock.now(), Unit.objects.get(ref=unit)
    if not Operator.objects.exists():
        values: dict[str, object] = {"code": "a", "name": "Nhà mạng A", "unit": "T", "mobile": True}
        records.add_record(register=REGISTERS["operators"], values=values, by=by, now=now)
    values = {
        "code": code,
        "name": f"Trạm {code}",
        "unit": unit,
        "operator": "a",
        "g4": True,
        "longitude": float(place.lon or 0),
        "latitude": float(place.lat or 0),
    }
    return str(records.add_record(register=REGISTERS["stations"], values=values, by=by, now=now).ref)


def some_forms(folder: Path) -> None:
    """Load the forms of a folder."""
    forms.load_forms(folder=folder, by=program_actor("journey", rights=["manage forms"]), now=clock.now())


def a_directive() -> str:
    """The reference of an answered directive of the leader's about the commune An Bình."""
    found = Directive.objects.filter(title=ASKED).first()
    if found is None:
        leader, now = somebody("chu-tich"), clock.now()
        found = programme.give_directive(
            title=ASKED, words="Nêu nguyên nhân.", unit="T-SO", about="place:AB", by=leader, now=now
        )
        programme.answer(ref=found.ref, words="Do mưa bão.", by=somebody("chuyen-vien"), now=now)
    return found.ref


def a_plan() -> tuple[str, str, str]:
    """References of a plan, of its goal, and of a task that serves it."""
    found = Plan.objects.filter(number="1-KH").first()
    leader, now = somebody("chu-tich"), clock.now()
    if found is None:
        found = programme.add_plan(
            kind="plan",
            number="1-KH",
            title="Kế hoạch trồng cây",
            issuer="Ủy ban nhân dân tỉnh",
            first_year=2023,
            issued_on=date(2023, 1, 10),
            last_year=2026,
            unit="T",
            by=leader,
            now=now,
        )
        goal = programme.add_goal(
            plan=found, title="Cây trồng sống được", pillar="society", year=2023, indicator="CX-1", by=leader, now=now
        )
        programme.give_task(title="Trồng dặm", unit="T-SO", goal=goal.ref, by=leader, now=now)
    return found.ref, found.goals.latest("pk").ref, found.tasks.latest("pk").ref


def pages_of_steering() -> list[str]:
    """Pages of the programme, as the leader opens them."""
    plan, goal, task = a_plan()
    return [
        "/programme/",
        "/programme/plans/",
        "/programme/plans/new/",
        f"/programme/plans/{plan}/",
        f"/programme/plans/{plan}/?known_at=2026-01-01T00:00",
        f"/programme/plans/{plan}/goals/new/",
        f"/programme/goals/{goal}/",
        f"/programme/goals/{goal}/change/",
        f"/programme/goals/{goal}/target/",
        "/programme/tasks/",
        "/programme/tasks/?tray=all&q=khong-co",
        f"/programme/tasks/new/?goal={goal}",
        f"/programme/tasks/{task}/",
        "/directives/",
        "/directives/?tray=waiting",
        "/directives/new/?about=place:AB",
        f"/directives/{a_directive()}/",
        "/programme/dti/",
        "/programme/dti/?year=2024",
        "/programme/dti/2024/C-1/",
    ]
