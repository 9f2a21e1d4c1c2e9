"""The state before a case, given back to whom it was filed for: the case is taken back, or its result is."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.cases.contract import Status
from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.queries import lookup, papers
from tinhso.blocks.cases.services import flow
from tinhso.blocks.cases.services.deciding import withdraw_held
from tinhso.blocks.cases.services.record import must_say_why, note_down
from tinhso.blocks.cases.services.tracking import applicant_actor
from tinhso.blocks.documents import services as documents
from tinhso.kernel.errors import Refused

DID = "result_withdrawn"
ENDED = (Status.DECLINED, Status.WITHDRAWN, Status.STOPPED)


@transaction.atomic
def restore_previous_state(*, code: str, why: str, address: str, now: datetime) -> Case:
    """Give back the state before a case, in the applicant's name; the caller has asked whether it is they.

    What is worked on is withdrawn. What is finished stays finished, as no status may follow, but its result is taken
    out of use and no longer handed out. Papers that were used in it stay as they were, and so does its history.
    Refuses a case that ended without a result, and one whose result was taken back before.
    """
    case, reason = lookup.locked_case(code), must_say_why(why)
    by = applicant_actor(case, address)
    if case.status in ENDED or case.entries.filter(did=DID).exists():
        raise Refused("nothing_to_undo", _("Hồ sơ đã kết thúc mà không có kết quả nào đang dùng; không cần khôi phục."))
    if case.status not in (Status.FINISHED, Status.RETURNED):
        withdraw_held(case, why=reason, by=by, now=now)
        return case
    results = papers.results_of(case)
    for paper in results:
        documents.withdraw_paper(ref=paper.ref, why=reason, by=by, now=now)
    flow.close_all(case, outcome=DID, by=by, now=now)
    note_down(case, did=DID, by=by, now=now, note=reason, detail={"papers": [paper.name for paper in results]})
    return case
