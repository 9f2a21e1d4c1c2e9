"""The rest of a demo's catalogue: plausible procedures from a fixed seed until published figures are met, each of them
marked as illustrative. The procedures that exist are the province's data and are loaded before. And what the province's
rules would have offered to the people of illustrative cases, with plausible answers."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, islice
from operator import attrgetter
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.cases.models import Case
from tinhso.government.public_services import services
from tinhso.government.public_services.models import ProactiveOffer, Version
from tinhso.government.public_services.queries import documents
from tinhso.government.public_services.queries.documents import Document
from tinhso.government.public_services.queries.proactive import secrets
from tinhso.government.public_services.services import proactive
from tinhso.kernel import clock, province
from tinhso.kernel.actor import NOBODY as VISITOR
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

FILE = "demo/procedures.toml"
SOURCE = "sinh ra để minh họa"
REASONS = (
    ("Phải kiểm tra thực tế tại nơi hoạt động.", "Luật chuyên ngành, quy định về thẩm định thực tế (minh họa)"),
    (
        "Người nộp phải có mặt để đối chiếu bản chính.",
        "Nghị định chuyên ngành, quy định về thành phần hồ sơ (minh họa)",
    ),
    ("Phải sát hạch hoặc phỏng vấn trực tiếp.", "Thông tư chuyên ngành, quy định về sát hạch (minh họa)"),
    ("Cần mẫu vật hoặc bản vẽ khổ lớn.", "Quy chuẩn kỹ thuật chuyên ngành (minh họa)"),
)
PAPERS = (
    "Giấy chứng nhận đăng ký doanh nghiệp hoặc hộ kinh doanh",
    "Bản thuyết minh điều kiện",
    "Văn bằng chuyên môn",
    "Giấy tờ về địa điểm hoạt động",
    "Giấy khám sức khỏe",
    "Bản vẽ, sơ đồ",
    "Báo cáo kết quả hoạt động",
    "Bản cam kết",
)
STEPS = (
    "1. Nộp hồ sơ trực tiếp, trực tuyến hoặc qua bưu điện.\n2. Cơ quan tiếp nhận kiểm tra, cấp giấy hẹn.\n"
    "3. Cơ quan có thẩm quyền thẩm định và quyết định.\n4. Trả kết quả."
)
DAYS = ("3", "5", "7", "10", "15", "20", "30")
AMOUNTS = ("", "0", "0", "50000", "100000", "150000", "200000", "500000", "1000000")
ANSWERING = 6  # a week of each rule: what they agree to becomes a case that somebody at the desk sees
WEEKS = 6
FULL = 0.7  # of the online services: nobody published the split


@dataclass(frozen=True)
class _Plan:
    """What the folder says, and what is still to be made to meet its figures."""

    told: Mapping[str, Any]
    procedures: int
    online: int
    on_portal: int


@transaction.atomic
def load(*, by: Actor, now: datetime) -> int:
    """Generate procedures until the figures of the folder are met; returns how many, 0 once they are there."""
    path = Path(settings.PROVINCE_DIR) / FILE
    if not path.exists() or Version.objects.filter(illustrative=True, known__upper_inf=True).exists():
        return 0
    plan = _generation_plan(tomllib.loads(path.read_text(encoding="utf-8")))
    draw = Random(province.province_facts().demo.seed)
    rows = [_normal_document(generated_document) for generated_document in _generated_documents(plan, draw)]
    services.put_versions(given=rows, by=by, now=now)
    return plan.procedures


def _generation_plan(values: Mapping[str, Any]) -> _Plan:
    figures = values["figures"]
    there = Version.objects.filter(known__upper_inf=True, effective__contains=figures["day"])
    online = there.exclude(online=Version.Online.INFO)
    plan = _Plan(
        values,
        procedures=figures["procedures"] - there.count(),
        online=figures["online"] - online.count(),
        on_portal=figures["on_portal"] - online.filter(portal_since__lte=figures["day"]).count(),
    )
    if not plan.procedures >= plan.online >= plan.on_portal >= 0:
        raise Refused("bad_figures", _("Thủ tục có sẵn đã vượt các con số của %(file)s."), file=FILE)
    return plan


def _normal_document(values: Document) -> Document:
    normal_document = documents.read_document(
        values, documents.life_events() if values.get("life_events") else frozenset()
    )
    if normal_document.faults:
        fault = normal_document.faults[0]
        raise Refused("bad_procedure", f"{values['code']}: {'.'.join(map(str, fault.path))} {fault.why}")
    return normal_document.document


def _generated_documents(plan: _Plan, draw: Random) -> list[Document]:
    names = _act_names(plan.told)
    if len(names) < plan.procedures:
        raise Refused(
            "too_few_names", _("%(file)s không đủ tên để sinh %(count)s thủ tục."), file=FILE, count=plan.procedures
        )
    levels = _online_levels(plan, draw)
    portal = set(draw.sample([at for at, level in enumerate(levels) if level != "info"], plan.on_portal))
    rows: list[Document] = []
    for at, level in enumerate(levels):
        field, name = names[at]
        rows += _version_documents(
            _local_procedure(plan.told, at, field, name, level, draw), at in portal, plan.told["figures"], draw
        )
    return rows


def _act_names(values: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], str]]:
    """Every act with every thing, the first act of all fields before the second."""
    acts: Sequence[str] = values["words"]["acts"]
    return [(field, act.format(subject)) for act in acts for field in values["field"] for subject in field["things"]]


def _online_levels(plan: _Plan, draw: Random) -> list[str]:
    full = round(plan.online * FULL)
    levels = ["full"] * full + ["part"] * (plan.online - full) + ["info"] * (plan.procedures - plan.online)
    draw.shuffle(levels)
    return levels


def _local_procedure(
    values: Mapping[str, Any], at: int, field: Mapping[str, Any], name: str, online: str, draw: Random
) -> Document:
    agency = _agency_by_code(values, field["agency"])
    reason, rule = draw.choice(REASONS) if online == "part" else ("", "")
    subject = name.split(" ", 1)[1]
    return {
        "code": f"MH-{at + 1:04}",
        "local_code": True,
        "name": name,
        "field_code": field["code"],
        "field": field["name"],
        "field_en": field["name_en"],
        "agency": agency["code"],
        "agency_name": agency["name"],
        "levels": agency.get("levels", ["province"]),
        "online": online,
        "part_reason": reason,
        "part_rule": rule,
        "audiences": ["citizen"] if agency["code"] == "UBND-XA" else ["enterprise", "citizen"],
        "cases": _random_cases(draw),
        "papers": [
            {"name": f"Đơn đề nghị: {name.lower()}", "original": 1},
            *({"name": paper, "copy": 1} for paper in draw.sample(PAPERS, draw.randint(1, 3))),
        ],
        "results": [{"name": subject[:1].upper() + subject[1:]}],
        "forms": [{"name": f"Đơn đề nghị: {name.lower()}"}],
        "bases": [{"number": "minh họa", "name": f"Văn bản quy phạm pháp luật về {field['name'].lower()}"}],
        "steps": STEPS,
        "source": SOURCE,
        "illustrative": True,
    }


def _agency_by_code(told: Mapping[str, Any], code: str) -> Mapping[str, Any]:
    values: Mapping[str, Any] = next(agency for agency in told["agency"] if agency["code"] == code)
    return values


def _random_cases(draw: Random) -> list[Document]:
    days = draw.choice(DAYS)
    unit = draw.choices(("working_day", "day", "hour"), (8, 2, 0.3))[0]
    amount = draw.choice(AMOUNTS)
    fee = {"name": "Lệ phí", "amount": amount, "note": "" if amount else "do Hội đồng nhân dân tỉnh quy định"}
    first = {"code": "1", "name": "Thông thường", "duration": days, "unit": unit, "fees": [fee]}
    if draw.random() > 0.2:
        return [first]
    longer = str(int(days) * 2)
    return [first, {"code": "2", "name": "Phải xác minh", "duration": longer, "unit": unit, "fees": [fee]}]


def _version_documents(values: Document, on_portal: bool, figures: Mapping[str, Any], draw: Random) -> list[Document]:
    """One to three versions: as first published, raised to more online, given to the commune when districts ended."""
    first, day, merger = figures["first"], figures["day"], figures["merger"]
    raised = first + timedelta(days=draw.randint(90, (day - first).days))
    begins = first + timedelta(days=draw.choice((0, 0, 0, draw.randint(1, 600))))
    newest = _document_from(values, raised if begins < raised and draw.random() < 0.3 else begins, draw)
    if on_portal:
        newest["portal_since"] = max(raised, date.fromisoformat(newest["effective_from"])).isoformat()
    rows = [newest]
    if newest["effective_from"] != begins.isoformat():
        rows.append(
            _document_from(
                newest | {"online": "info", "part_reason": "", "part_rule": "", "portal_since": ""}, begins, draw
            )
        )
    if "commune" in values["levels"] or draw.random() < 0.25:
        rows.append(_document_from(newest, merger, draw))
    if "commune" in values["levels"]:
        district = {"levels": ["district"], "agency": "UBND-HUYEN", "agency_name": "Ủy ban nhân dân cấp huyện"}
        rows = [version | (district if version["effective_from"] < merger.isoformat() else {}) for version in rows]
    return rows


def _document_from(values: Document, begins: date, draw: Random) -> Document:
    """The procedure as a decision published it shortly before it came into force."""
    decided = begins - timedelta(days=draw.randint(3, 20))
    return values | {
        "effective_from": begins.isoformat(),
        "decision_number": f"{draw.randint(100, 2999)}/QĐ-UBND",
        "decision_date": decided.isoformat(),
        "decision_agency": "Chủ tịch Ủy ban nhân dân tỉnh (minh họa)",
    }


@transaction.atomic
def make_past_offers(*, now: datetime) -> int:
    """What the rules would have offered in the last weeks to people of illustrative cases, once; says how many."""
    if ProactiveOffer.objects.exists() or not Case.objects.filter(origin=Case.Origin.DEMO).exists():
        return 0
    draw = Random(province.province_facts().demo.seed)
    by, offer_count = proactive.PROACTIVE, 0
    for back in range(WEEKS, -1, -1):
        moment = now - timedelta(weeks=back)
        day = clock.local(moment).date()
        proactive.lapse_offers(day=day, by=by, now=moment)
        offer_count += proactive.offer_all(day=day, by=by, now=moment)
        proactive.file_due(by=by, now=moment)
        new = ProactiveOffer.objects.filter(offered_at=moment).order_by("code", "source__code")
        for _code, offers in groupby(new, attrgetter("code")):
            for proactive_offer in islice(offers, ANSWERING):
                _answer_offer(proactive_offer, draw, now)
    _some_taken_back(now)
    return offer_count


def _answer_offer(proactive_offer: ProactiveOffer, draw: Random, now: datetime) -> None:
    """Told by letter; half look at it within some days, and most of those answer."""
    proactive.record_notice(
        ref=proactive_offer.ref, by=proactive.PROACTIVE, now=proactive_offer.offered_at, how="letter"
    )
    moment = min(proactive_offer.offered_at + timedelta(hours=draw.randint(3, 90)), now)
    values: dict[str, Any] = {
        "ref": proactive_offer.ref,
        "key": secrets.key_of(proactive_offer),
        "by": VISITOR,
        "now": moment,
    }
    fate = draw.random()
    if fate < 0.55:
        proactive.open_offer(**values)
    if fate < 0.12:
        proactive.refuse_offer(**values, never_again=fate < 0.03)
    elif fate < 0.4:
        end = proactive_offer.source.party.id_number[-4:]
        changes = {"phone": f"0000{draw.randrange(10**6):06d}"} if fate < 0.18 else None
        proactive.accept_offer(**values, id_end=end, changes=changes)


def _some_taken_back(now: datetime) -> None:
    """One case in six that was filed by itself is taken back."""
    filed = ProactiveOffer.objects.filter(automatic=True, state=ProactiveOffer.State.DONE).order_by("source__code")
    for proactive_offer in filed[: max(1, filed.count() // 6)]:
        key, why = secrets.key_of(proactive_offer), "Gia đình muốn tự làm (minh họa)"
        proactive.restore_offer(ref=proactive_offer.ref, key=key, by=VISITOR, now=now, why=why)
