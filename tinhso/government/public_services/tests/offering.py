"""Makers that read aloud: a birth that was registered, rules that offer what follows from it, and who answers."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tinhso.blocks.cases import services as cases
from tinhso.blocks.cases.contract import Applicant, Channel
from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.queries import lookup
from tinhso.blocks.cases.queries import secrets as secrets_of_dossiers
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.documents import queries as documents
from tinhso.blocks.documents import services as keeping
from tinhso.blocks.documents.models import Paper, StoredFile
from tinhso.blocks.units.models import Unit
from tinhso.government.public_services.models import ProactiveOffer
from tinhso.government.public_services.queries.proactive import secrets
from tinhso.government.public_services.services import proactive
from tinhso.government.public_services.tests import makers as catalogue
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor, program_actor

NOW = makers.MONDAY
TODAY, WEEK = clock.local(NOW).date(), timedelta(days=7)
MOTHER = Applicant(
    "Nguyễn Thị Hoa", id_number="012345678901", phone="0900000001", email="hoa@example.vn", address="Ấp 1"
)
KEEPER_OF_PAPERS = program_actor("papers", rights=[])
VISITOR = Actor(ref="", name="Khách", kind="nobody", address="192.0.2.1")
RULE = """
[[rule]]
code = "{code}"
name = "Khai sinh xong thì nhận bản sao"
name_en = "A copy after the registration of a birth"
level = {level}
procedure = "HT-02"
effective_from = 2026-07-01
trigger = {{ kind = "finished", procedure = "HT-01" }}
held = ["Giấy khai sinh"]
title = "Con bạn đã có giấy khai sinh"
title_en = "Your child has a birth certificate"
text = "Bạn có muốn nhận bản sao không?"
why = "Trường học thường hỏi bản sao."
basis = "Nghị định 224/2026/NĐ-CP, Điều 16"
notice_days = 7
illustrative = true
{more}
"""
COPY = {
    "code": "HT-02",
    "name": "Cấp bản sao giấy khai sinh",
    "name_en": "Copy of a birth certificate",
    "effective_from": "2024-09-01",
    "cases": [{"code": "1", "duration": "1", "unit": "working_day", "fees": [{"name": "Lệ phí", "amount": "0"}]}],
    "papers": [{"name": "Giấy khai sinh", "copy": 1}, {"name": "Tờ khai", "original": 1}],
    "results": [{"code": "KQ-2", "name": "Bản sao giấy khai sinh"}],
}


def a_rule(folder: Path, level: int = 2, *others: str, code: str = "ban-sao", more: str = "") -> None:
    """The province's only rule, and ``others`` as they are."""
    path = folder / "proactive.toml"
    path.write_text(RULE.format(code=code, level=level, more=more) + "".join(others), encoding="utf-8")
    proactive.load_rules(path=path, by=catalogue.KEEPER, now=NOW - timedelta(days=100))


def the_catalogue(*, later: bool = False, **changes: Any) -> None:
    """Registering a birth, and a copy of what comes of it, which costs nothing."""
    known = catalogue.LATER if later else catalogue.MORNING
    catalogue.put(catalogue.a_document(), catalogue.a_document(**(COPY | changes)), now=known)


def a_birth(unit: Unit, *, now: datetime = NOW, who: Applicant = MOTHER, **changes: Any) -> Case:
    """A registered birth whose certificate is kept in the vault of who applied."""
    day = clock.local(now).date()
    offer = lookup.option_of("public_services", "HT-01", "1", day=day, channel=Channel.IN_PERSON)
    filing = makers.a_filing(unit, applicant=who, **changes)
    case = cases.receive_case(
        filing=cases.CaseFiling(**{**filing.__dict__, "offer": offer}), by=makers.a_receiver(unit), now=now
    )
    return _through(case, unit, now)


def _through(case: Case, unit: Unit, now: datetime) -> Case:
    """Every step is done; a file is the result."""
    cases.complete(code=case.code, step=makers.step_of(case), by=makers.an_officer(unit), now=now)
    kept = [cases.StoredPaper("Kết quả", "ket-qua.pdf", _a_file(now))]
    step = makers.step_of(case)
    return cases.complete(code=case.code, step=step, by=makers.a_head(unit), now=now, number="12/KS", files=kept)


def _a_file(now: datetime) -> StoredFile:
    """Bytes that nobody reads here."""
    kept = {"ref": "T-1", "size": 1, "media_type": "application/pdf", "where": "nowhere", "stored_at": now}
    return StoredFile.objects.get_or_create(sha256="0" * 64, defaults=kept)[0]


def worked_through(case: Case, unit: Unit, *, now: datetime) -> Case:
    """A case that was filed is received, worked on and finished with a result."""
    cases.accept(code=case.code, step=makers.step_of(case), by=makers.a_receiver(unit), now=now)
    return _through(case, unit, now)


def offered(*, now: datetime = NOW, told: bool = True) -> ProactiveOffer:
    """The one offer that the rules of the day make, of which the person was told."""
    proactive.offer_all(day=clock.local(now).date(), by=proactive.PROACTIVE, now=now)
    one = ProactiveOffer.objects.latest("pk")
    return proactive.record_notice(ref=one.ref, by=proactive.PROACTIVE, now=now, how="letter") if told else one


def answer(one: ProactiveOffer, *, now: datetime = NOW) -> dict[str, Any]:
    """What whoever holds the key says with every answer."""
    return {"ref": one.ref, "key": secrets.key_of(one), "by": VISITOR, "now": now}


def held_by(who: Applicant = MOTHER) -> tuple[list[str], list[str]]:
    """What somebody has: papers that hold, and cases that are open."""
    owner = Case.objects.filter(party__id_number=who.id_number).first()
    mark = documents.owner_mark(owner.party.owner) if owner else ""
    papers = Paper.objects.filter(owner=mark, withdrawn_at=None).exclude(owner="")
    running = Case.objects.filter(party__id_number=who.id_number).exclude(status__in=(3, 7, 8, 9, 10))
    return sorted(papers.values_list("ref", flat=True)), sorted(running.values_list("code", flat=True))


def replace_id(number: str) -> Applicant:
    """Somebody else, known by another number."""
    return replace(MOTHER, id_number=number)


def a_paper(case: Case, *, owner: str = "", now: datetime = NOW, **what: Any) -> Paper:
    """Another paper in the vault of who applied (or of somebody else), used in their case."""
    key = secrets_of_dossiers.owner_key(owner) if owner else case.party.owner
    paper = keeping.keep_paper(
        file=_a_file(now),
        file_name="giay.pdf",
        name="Giấy",
        owner=key,
        by=KEEPER_OF_PAPERS,
        now=now,
        **({"kind": "paper"} | what),
    )
    keeping.use_paper(ref=paper.ref, owner=key, used_in=f"case:{case.code}", by=KEEPER_OF_PAPERS, now=now, reused=False)
    return paper
