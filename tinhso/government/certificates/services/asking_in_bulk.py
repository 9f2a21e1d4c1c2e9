"""One click for many: requests about all certificates of a worklist that nobody has asked for yet."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from tinhso.government.certificates.contract import RequestPurpose
from tinhso.government.certificates.models import Request, Version
from tinhso.government.certificates.queries import request_form, worklists
from tinhso.government.certificates.rights import ASK_FOR_CERTIFICATES
from tinhso.government.certificates.services import requests
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

MOST = 500


@dataclass(frozen=True)
class BulkOutcome:
    """How many requests were made and handed to the heads, how many lack an answer, and how many were refused."""

    submitted: int
    drafts: int
    refused: int


def ask_for(
    *, worklist: str, by: Actor, now: datetime, day: date, chosen: Collection[str] | None = None
) -> BulkOutcome:
    """Make a request for each certificate of a worklist (or of its ``chosen`` ones); asking again makes none twice."""
    by.must_be_able_to(ASK_FOR_CERTIFICATES)
    versions = worklists.without_request(worklists.visible_worklist(worklist, by=by, day=day))
    if chosen is not None:
        versions = versions.filter(certificate__ref__in=list(chosen))
    if ASK_FOR_CERTIFICATES not in by.everywhere:
        versions = versions.filter(unit__in=by.places(ASK_FOR_CERTIFICATES))
    submitted = drafts = refused = 0
    for version in versions[:MOST]:
        try:
            if _submit_request(version, worklist, by, now):
                submitted += 1
            else:
                drafts += 1
        except Refused:
            refused += 1
    return BulkOutcome(submitted, drafts, refused)


@transaction.atomic
def _submit_request(one: Version, worklist: str, by: Actor, now: datetime) -> bool:
    """Whether the request could be handed in, all its questions answered."""
    ask = worklists.ASKS[worklist]
    values = request_form.prefilled_answers(ask, one, reason=worklists.REASONS.get(worklist, ""))
    key = worklists.again_key(one) if ask is RequestPurpose.ISSUE else None
    if key and Request.objects.filter(key=key).exists():
        raise Refused("already_asked", "")
    about = "" if ask is RequestPurpose.ISSUE else one.certificate.ref
    request = requests.draft(
        ask=ask.value, kind=one.kind, unit=one.unit, values=values, certificate=about, by=by, now=now, key=key
    )
    if request_form.check_answers(ask.value, one.kind, values).problems:
        return False
    requests.submit(ref=request.ref, by=by, now=now)
    return True
