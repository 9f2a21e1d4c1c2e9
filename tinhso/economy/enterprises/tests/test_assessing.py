"""A firm assesses itself with a code of its own; a code opens nothing else, and nothing that was answered changes."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tinhso.blocks.outbox.models import Announcement
from tinhso.blocks.registers import services as records
from tinhso.blocks.registers.contract import REGISTERS
from tinhso.blocks.registers.tests.makers import MONDAY, a_place
from tinhso.economy.enterprises import services
from tinhso.economy.enterprises.models import Assessment, Firm, Invitation
from tinhso.economy.enterprises.queries import assessing
from tinhso.economy.enterprises.queries.rules import rules
from tinhso.economy.enterprises.tests.makers import CODES, a_firm, a_questionnaire, an_officer
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def firms(settings: Any, tmp_path: Path) -> tuple[Firm, Firm]:
    """Two firms of a commune whose province has a questionnaire."""
    a_place()
    a_questionnaire(settings, tmp_path)
    return a_firm(CODES[0], name="Công ty Một"), a_firm(CODES[1], name="Công ty Hai")


def answers(said: str = "day-du", **other: str) -> dict[str, str]:
    return {f"f.{one.field}": said for one in rules().assessment.questions} | {
        f"f.{name}": how for name, how in other.items()
    }


def sent(code: str, **told: str) -> str:
    post = {"code": code} | told
    return Client().post("/self-assessment/", post).content.decode()


def test_answers_become_points_and_advice_and_stay(firms: tuple[Firm, Firm]) -> None:
    one, _other = firms
    code = services.invite_firm(ref=one.ref, by=an_officer(), now=clock.now())

    first = sent(code, do="finish", **answers("mot-phan", hoa_don="khong"))
    second = sent(code.lower().replace("-", " "), do="finish", **answers(hoa_don="khong"))

    assert "Đăng ký hóa đơn điện tử với cơ quan thuế." in first
    assert "Mở gian hàng" not in second
    kept = list(Assessment.objects.order_by("pk").values_list("firm", "score", "pillars__van-hanh"))
    assert [(firm, str(score), pillar) for firm, score, pillar in kept] == [
        (one.ref, "45.83", "33.33"),
        (one.ref, "91.67", "66.67"),
    ]
    assert Announcement.objects.filter(name="enterprises.FirmAssessed").count() == 2
    changes: tuple[dict[str, Any], ...] = ({"score": 100}, {"pillars": {}}, {"values": {}})
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            Assessment.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.all().delete()


def test_a_code_is_for_one_firm_and_tells_nothing_of_another(firms: tuple[Firm, Firm]) -> None:
    one, other = firms
    code = services.invite_firm(ref=one.ref, by=an_officer(), now=clock.now())

    page = sent(code, do="finish", firm=other.ref, ref=other.ref, **answers())

    assert "Công ty Một" in page
    assert "Công ty Hai" not in page
    assert set(Assessment.objects.values_list("firm", flat=True)) == {one.ref}


@pytest.mark.parametrize("how", ["made up", "ended", "old", "the hash itself"])
def test_a_code_that_is_made_up_ended_or_old_opens_nothing(firms: tuple[Firm, Firm], how: str) -> None:
    one, _other = firms
    long_ago = clock.now() - timedelta(days=rules().assessment.code_days + 1)
    code = services.invite_firm(ref=one.ref, by=an_officer(), now=long_ago if how == "old" else clock.now())
    if how == "ended":
        services.invite_firm(ref=one.ref, by=an_officer(), now=clock.now())
    if how == "the hash itself":
        code = Invitation.objects.get().code_hash
    page = sent("2222-3333-4444-5555" if how == "made up" else code, do="finish", **answers())

    assert "Mã không đúng hoặc đã hết hạn" in page
    assert "Công ty Một" not in page
    assert not Assessment.objects.exists()


def test_unanswered_and_forged_answers_are_asked_again(firms: tuple[Firm, Firm]) -> None:
    one, _other = firms
    code = services.invite_firm(ref=one.ref, by=an_officer(), now=clock.now())

    page = sent(code, do="finish", **answers(hoa_don="rat-tot"))

    assert "Cần sửa trước khi gửi" in page
    assert not Assessment.objects.exists()


def test_only_who_manages_the_firm_gives_a_code_and_the_code_itself_is_kept_nowhere(firms: tuple[Firm, Firm]) -> None:
    one, _other = firms
    east = type(one.unit).objects.get(ref="E")

    with pytest.raises(Refused, match="unknown_record"):
        services.invite_firm(ref=one.ref, by=an_officer(east), now=MONDAY)
    code = services.invite_firm(ref=one.ref, by=an_officer(one.unit), now=MONDAY)

    kept = Invitation.objects.get()
    assert code.replace("-", "") not in str(vars(kept))
    assert kept.code_hash == assessing.hash_of(code)


def test_what_a_merged_firm_answered_is_of_the_one_that_stays(firms: tuple[Firm, Firm]) -> None:
    one, other = firms
    code = services.invite_firm(ref=other.ref, by=an_officer(), now=clock.now())
    sent(code, do="finish", **answers())

    records.merge_records(
        register=REGISTERS["firms"], keep=one.ref, lose=[other.ref], values={}, why="Trùng", by=an_officer(), now=MONDAY
    )
    services.follow_mergers()

    assert [given.firm for given in assessing.assessments_of_firm(one.ref)] == [one.ref]
    assert "Mã không đúng" in sent(code, do="finish", **answers())
