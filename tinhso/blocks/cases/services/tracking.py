"""What somebody may do who holds the key of a case: answer, take back, rate. They are whom the key was given to."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.cases.contract import Status
from tinhso.blocks.cases.models import Case, Pause
from tinhso.blocks.cases.queries import secrets
from tinhso.blocks.cases.services.deciding import resume_held, withdraw_held
from tinhso.blocks.cases.services.papers import StoredPaper, bind_papers
from tinhso.blocks.cases.services.record import must_say_why, note_down
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

LONGEST = 4000


def applicant_actor(case: Case, address: str) -> Actor:
    """Whoever holds the key of ``case``, in its history."""
    return Actor(ref=f"applicant:{case.code}", name=str(_("Người nộp")), kind="applicant", address=address)


def case_by_key(code: str, key: str) -> Case:
    """The case whose key somebody holds; the same refusal for an unknown code and for a wrong key."""
    case = Case.objects.select_related("unit", "receiving_unit").filter(code=code.strip()[:40]).first()
    if not secrets.is_key_of_case(case or Case(code="-"), key) or case is None:
        raise Refused("no_such_key", _("Mã hồ sơ hoặc khóa tra cứu chưa đúng. Hãy xem lại giấy tiếp nhận."))
    return case


def _locked_case_by_key(code: str, key: str) -> Case:
    case = case_by_key(code, key)
    return Case.objects.select_for_update().prefetch_related("unit", "receiving_unit").get(pk=case.pk)


@transaction.atomic
def answer(*, code: str, key: str, text: str, address: str, now: datetime, files: Sequence[StoredPaper] = ()) -> Case:
    """What was asked for is there, with the files that hold it; the clock runs on."""
    case = _locked_case_by_key(code, key)
    bind_papers(case, files, by=applicant_actor(case, address), now=now)
    by, answer_text = applicant_actor(case, address), must_say_why(text)[:LONGEST]
    resume_held(case, answer=answer_text, by=by, now=now, kind=Pause.Kind.SUPPLEMENT)
    return case


@transaction.atomic
def take_back(*, code: str, key: str, why: str, address: str, now: datetime) -> Case:
    """The applicant wants the case back; refused once it is finished."""
    case = _locked_case_by_key(code, key)
    withdraw_held(case, why=why[:LONGEST], by=applicant_actor(case, address), now=now)
    return case


@transaction.atomic
def rate(*, code: str, key: str, points: int, note: str, address: str, now: datetime) -> Case:
    """One to five points, once, when the work has come to an end."""
    case = _locked_case_by_key(code, key)
    if case.status not in (Status.FINISHED, Status.RETURNED, Status.DECLINED, Status.STOPPED):
        raise Refused("not_yet", _("Hồ sơ chưa xong nên chưa đánh giá được."))
    if case.rating is not None:
        raise Refused("rated_already", _("Bạn đã đánh giá hồ sơ này rồi."))
    if points not in range(1, 6):
        raise Refused("bad_rating", _("Hãy chọn từ 1 đến 5 điểm."))
    by = applicant_actor(case, address)
    note_down(case, did="rated", by=by, now=now, public=False, rating=points, rating_note=note.strip()[:LONGEST])
    return case
