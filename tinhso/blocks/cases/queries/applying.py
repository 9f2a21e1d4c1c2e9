"""Applying with an electronic form: which form, what is being filled in, what the form asks that was told before."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.cases.contract import Applicant, ApplicantKind, Channel, PaperAsked, ProcedureOption
from tinhso.blocks.cases.models import Begun, Case
from tinhso.blocks.cases.queries import secrets
from tinhso.blocks.documents import queries as documents
from tinhso.blocks.documents.models import Paper
from tinhso.blocks.forms import queries as forms
from tinhso.blocks.forms.contract import HeldPaper, RegisterAnswer
from tinhso.blocks.forms.models import Draft, FormVersion
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.text import fold

# Where a question of a form is the same as one before the form: by what answers it, or by its name
BY_SOURCE = {
    "person.full_name": "name",
    "person.id_number": "id_number",
    "person.phone": "phone",
    "person.email": "email",
    "person.residence": "address",
}
BY_NAME = {"full_name": "name", "id_number": "id_number", "phone": "phone", "email": "email", "address": "address"}
# In the session of a browser: reference of a draft → its secret; the newest ones
KEPT, MOST = "applications", 20
IN_WORDS = ("text", "textarea", "digits", "phone")
OF_A_CITIZEN = ("name", "id_number")  # of an enterprise, a form may ask who signs for it


def kept_with(found: Any, ref: str, secret: str) -> dict[str, str]:
    """What a session keeps under ``KEPT`` once it knows one more draft."""
    return dict([*(found.items() if isinstance(found, dict) else ()), (ref, secret)][-MOST:])


def form_for(procedure: str, day: date) -> FormVersion | None:
    """The electronic form of a procedure that is in force on a day: the first by code where there are several."""
    return next(iter(forms.for_procedure(procedure, day)), None)


def begun_with(ref: str, *, by: Actor, now: datetime, secret: str, at_desk: bool) -> Begun:
    """What somebody is filling in, with its draft and form; others', finished and expired ones do not exist."""
    draft = forms.own_draft(ref, by=by, now=now, secret=secret)
    begun = Begun.objects.select_related("receiving_unit", "draft__version__form").filter(draft=draft).first()
    if begun is None or (begun.channel != Channel.ONLINE) != at_desk:
        raise Refused(
            "unknown_draft", _("Không có bản nháp này: có thể nó đã được nộp hoặc đã hết hạn. Hãy bắt đầu lại.")
        )
    return begun


def unfinished_drafts(
    procedure: str, *, by: Actor, mine: Mapping[str, str], now: datetime, at_desk: bool
) -> list[Draft]:
    """Drafts for a procedure that somebody can go on with: of their account, or whose secrets ``mine`` holds."""
    rows = Begun.objects.filter(procedure=procedure, draft__expires_at__gt=now).select_related("draft__version__form")
    rows = rows.exclude(channel=Channel.ONLINE) if at_desk else rows.filter(channel=Channel.ONLINE)
    own = rows.filter(draft__owner=by.ref) if by.is_someone else rows.none()
    beguns = rows.filter(draft__ref__in=list(mine))
    drafts_by_key = {begun.draft.ref: begun.draft for begun in [*own, *beguns]}
    return [draft for ref, draft in sorted(drafts_by_key.items()) if _may_open_draft(ref, by, mine.get(ref, ""), now)]


def _may_open_draft(ref: str, by: Actor, secret: str, now: datetime) -> bool:
    try:
        forms.own_draft(ref, by=by, now=now, secret=secret)
    except Refused:
        return False
    return True


def finished_before(ref: str) -> Case | None:
    """The case that a draft became."""
    return Case.objects.filter(request=request_of(ref)).first() if ref else None


def attempt_of(*, request: str, told: Sequence[object], by: Actor) -> str:
    """The name under which a draft is begun: the mark of the page's form, all that was ``told`` in it, and by whom.

    The same page sent twice is one attempt; what somebody went back to and changed is another. Empty without a mark.
    """
    attempt_json = json.dumps([request, by.ref, *told], ensure_ascii=False, default=str)
    return sha256(attempt_json.encode()).hexdigest() if request else ""


def filed_as(attempt: str) -> Case | None:
    """The case that an attempt has become already."""
    return finished_before(forms.ref_of(attempt)) if attempt else None


def request_of(ref: str) -> str:
    """What a case is known by that came of a draft: no page lets anybody send in such a name."""
    return f"draft:{ref}"


def asked_beside(offer: ProcedureOption, version: FormVersion | None) -> list[tuple[int, PaperAsked]]:
    """Papers of a procedure with their places, without those that the form is or asks for itself."""
    covered = _covered_papers(version) if version else set()
    return [(at, paper) for at, paper in enumerate(offer.papers) if fold(paper.name) not in covered]


def _covered_papers(version: FormVersion) -> set[str]:
    labels = {fold(field.label) for field in forms.shape_of(version).fields if field.kind == "file"}
    return labels | {fold(version.form.name)}


def told_before(version: FormVersion, kind: int) -> dict[str, str]:
    """Questions of the form that were answered before it: field → attribute of the applicant."""
    shape = forms.shape_of(version)
    values: dict[str, str] = {}
    for field in shape.fields:
        attribute = BY_SOURCE.get(shape.prefill.get(field.name, "")) or BY_NAME.get(field.name, "")
        is_prefillable = (
            attribute and attribute not in values.values() and field.kind in IN_WORDS and not field.read_only
        )
        if is_prefillable and (kind == ApplicantKind.CITIZEN or attribute not in OF_A_CITIZEN):
            values[field.name] = attribute
    return values


def known_before(
    begun: Begun, version: FormVersion, *, by: Actor, now: datetime
) -> dict[str, RegisterAnswer | HeldPaper]:
    """What the form need not ask again: the applicant's own words, and papers that they handed in before."""
    day = clock.local(now).date()
    values = {field: getattr(begun, attribute) for field, attribute in told_before(version, begun.kind).items()}
    answers_by_field: dict[str, RegisterAnswer | HeldPaper] = {
        field: RegisterAnswer(value, _("phần trước của hồ sơ"), day) for field, value in values.items() if value
    }
    papers_by_key = own_papers(version, begun.id_number, by=by, channel=begun.channel, day=day)
    source = _("giấy tờ bạn đã nộp trước đây")
    return answers_by_field | {
        field: HeldPaper(source, clock.local(paper.kept_at).date()) for field, paper in papers_by_key.items()
    }


def own_papers(version: FormVersion, id_number: str, *, by: Actor, channel: int, day: date) -> dict[str, Paper]:
    """Papers that this account itself once handed in under the same identity number and that still hold: field → paper.

    Nobody without an account has any, and nobody at a desk: by a typed number alone, anybody could learn what somebody
    else has handed in.
    """
    if by.kind != "person" or channel != Channel.ONLINE or not id_number:
        return {}
    owner = secrets.owner_key(id_number)
    files = {field.name: field.paper for field in forms.shape_of(version).fields if field.kind == "file"}
    papers_by_key = {
        name: documents.reusable_papers(owner, kind, day=day).filter(kept_by=by.ref, is_result=False).first()
        for name, kind in files.items()
    }
    return {name: paper for name, paper in papers_by_key.items() if paper is not None}


def applicant_of(begun: Begun, version: FormVersion, values: Mapping[str, Any]) -> Applicant:
    """Who applies. Where the form shows what was told before it, the form has the last word."""
    applicant = Applicant(
        name=begun.name,
        kind=ApplicantKind(begun.kind),
        id_number=begun.id_number,
        phone=begun.phone,
        email=begun.email,
        address=begun.address,
    )
    hidden = forms.hidden_paths(version, dict(values))
    again = {
        attribute: str(values.get(field, ""))
        for field, attribute in told_before(version, begun.kind).items()
        if field not in hidden
    }
    return replace(applicant, **again)  # type: ignore[arg-type]
