"""Applying with an electronic form: begun with who applies and where, filled in as a draft, handed in as one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from tinhso.blocks.cases.contract import Channel, ProcedureOption
from tinhso.blocks.cases.models import Begun, BegunFile, Case
from tinhso.blocks.cases.queries import applying, lookup, places
from tinhso.blocks.cases.rights import RECEIVE_CASES
from tinhso.blocks.cases.services.filing import CaseFiling, file_case, must_be_whole, not_online, receive_case
from tinhso.blocks.cases.services.papers import StoredPaper
from tinhso.blocks.forms import queries as forms
from tinhso.blocks.forms import services as drafts
from tinhso.blocks.forms.contract import PAPERS, HeldPaper, RegisterAnswer
from tinhso.blocks.forms.models import FormVersion
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.text import fold, nfc


def applicant_without_account(by: Actor) -> Actor:
    """Whoever applies: the person who has logged in, or somebody of whom only the form will tell.

    Drafts of people without an account belong to nobody but who knows their secret: give them ``by`` itself.
    """
    if by.is_someone:
        return by
    return Actor(ref="applicant", name=str(_("Người nộp")), kind="applicant", address=by.address)


@transaction.atomic
def begin_application(
    *,
    filing: CaseFiling,
    version: FormVersion,
    competent: str,
    by: Actor,
    now: datetime,
    known: Mapping[str, RegisterAnswer | HeldPaper] | None = None,
    name: str = "",
) -> drafts.Opened:
    """Keep what was told before the form, and open the form's draft with it; nothing is handed in yet.

    ``name``: of this attempt (``applying.attempt_of``); the same one twice is one draft.

    ``known``: what the caller itself answers of the form, by field; what the applicant told goes before it.
    """
    at_desk = filing.channel is not Channel.ONLINE
    if at_desk:
        by.must_be_able_to(RECEIVE_CASES, at=filing.receiving)
    elif not filing.offer.may_file_online:
        raise not_online()
    must_be_whole(filing)
    applicant, offer = filing.applicant, filing.offer
    begun = Begun(
        provider=offer.provider,
        procedure=offer.code,
        option=offer.option,
        channel=filing.channel,
        receiving_unit=filing.receiving,
        competent=competent,
        kind=applicant.kind,
        name=nfc(applicant.name).strip(),
        id_number=applicant.id_number.strip(),
        phone=applicant.phone.strip(),
        email=applicant.email.strip(),
        address=nfc(applicant.address).strip(),
        note=filing.note,
        papers=[str(paper["name"]) for paper in filing.papers if paper.get("given")],
    )
    known = {**(known or {}), **applying.known_before(begun, version, by=by, now=now)}
    opened = drafts.open_draft(
        version=version, by=by, now=now, about=offer.code, known=known, owner=_asked_about(begun, by), name=name
    )
    if not opened.is_new:
        return opened
    begun.draft = opened.draft
    begun.save()
    _insert_files(
        begun,
        [
            BegunFile(name=stored_paper.name, file_name=stored_paper.file_name, file=stored_paper.file)
            for stored_paper in filing.files
        ],
    )
    return opened


def _asked_about(begun: Begun, by: Actor) -> str:
    """Of whom registers tell: never of the clerk who fills in for somebody."""
    return by.ref if begun.channel == Channel.ONLINE and by.is_someone else ""


def _insert_files(begun: Begun, files: Sequence[BegunFile]) -> None:
    for begun_file in files:
        begun_file.pk, begun_file.begun = None, begun
        begun_file.save(force_insert=True)


@transaction.atomic
def fill_in(
    *,
    begun: Begun,
    post: QueryDict,
    kept: Mapping[str, tuple[Any, StoredPaper]],
    by: Actor,
    now: datetime,
    secret: str = "",
    background: bool = False,
) -> drafts.FormPostResult:
    """Keep what a page sent. ``kept``: field of the form → what was uploaded there, and the file as it was taken in."""
    by_upload = {id(upload): (field, stored_paper) for field, (upload, stored_paper) in kept.items()}

    def keep_file(paper: str, upload: Any) -> str:
        field, stored_paper = by_upload[id(upload)]
        begun.files.filter(field=field).delete()
        BegunFile.objects.create(
            begun=begun,
            field=field,
            paper=paper,
            name=stored_paper.name,
            file_name=stored_paper.file_name,
            file=stored_paper.file,
        )
        return stored_paper.file.ref

    return drafts.handle_form_post(
        ref=begun.draft.ref,
        post=post,
        files={f"f.{field}": upload for field, (upload, _stored_paper) in kept.items()},
        keep_file=keep_file,
        by=by,
        now=now,
        secret=secret,
        background=background,
    )


@transaction.atomic
def renew_application(*, begun: Begun, by: Actor, now: datetime, secret: str = "") -> drafts.Opened:
    """Go on under the form's version now in force; what was told and handed in stays."""
    files = list(begun.files.all())
    newer = forms.newer_than(begun.draft, clock.local(now).date())
    prior_answers = applying.known_before(begun, newer or begun.draft.version, by=by, now=now)
    opened = drafts.renew_draft(
        ref=begun.draft.ref, by=by, now=now, secret=secret, known=prior_answers, owner=_asked_about(begun, by)
    )
    begun.pk, begun.draft = None, opened.draft  # the former one went with its draft
    begun.save(force_insert=True)
    _insert_files(begun, files)
    return opened


@transaction.atomic
def abandon_application(*, ref: str, by: Actor, now: datetime, secret: str = "") -> None:
    """Throw away what was filled in, and what was told before it."""
    drafts.drop_draft(ref=ref, by=by, now=now, secret=secret)


@transaction.atomic
def finish_application(*, ref: str, revision: int, at_desk: bool, by: Actor, now: datetime, secret: str = "") -> Case:
    """Hand in: the draft is gone and the case is there, or neither. Whoever sends the same again has no draft.

    The procedure, its price and its time are those of the moment of handing in, and so is the place: of units that
    merged meanwhile, the successor.
    """
    begun = applying.begun_with(ref, by=by, now=now, secret=secret, at_desk=at_desk)
    files, version = list(begun.files.select_related("file")), begun.draft.version
    done = drafts.finish_draft(ref=ref, revision=revision, by=by, now=now, secret=secret)
    filing = _filing_of_application(begun, files, version, done, ref, by, now)
    if at_desk:
        return receive_case(filing=filing, by=by, now=now)
    return file_case(filing=filing, by=applicant_without_account(by), now=now)


def _filing_of_application(
    begun: Begun,
    files: list[BegunFile],
    version: FormVersion,
    done: drafts.Finished,
    ref: str,
    by: Actor,
    now: datetime,
) -> CaseFiling:
    day, channel = clock.local(now).date(), Channel(begun.channel)
    offer = lookup.option_of(begun.provider, begun.procedure, begun.option, day=day, channel=channel)
    place = _place_of_today(begun.receiving_unit, day)
    applicant = applying.applicant_of(begun, version, done.values)
    handed_in = [
        begun_file
        for begun_file in files
        if not begun_file.field or done.values.get(begun_file.field) == begun_file.file.ref
    ]
    own = applying.own_papers(version, applicant.id_number, by=by, channel=begun.channel, day=day)
    reused = {field: paper for field, paper in own.items() if "paper" in done.answers.get(field, {})}
    return CaseFiling(
        offer=offer,
        applicant=applicant,
        channel=channel,
        receiving=place,
        competent=places.competent_unit(offer, place, begun.competent, day),
        papers=list(_papers_of_application(offer, begun, version, done, handed_in, set(reused))),
        form=f"{done.code}@{done.number}",
        values=done.values,
        request=applying.request_of(ref),
        note=begun.note,
        files=[
            StoredPaper(begun_file.name, begun_file.file_name, begun_file.file, begun_file.paper or "paper")
            for begun_file in handed_in
        ],
        reused=[paper.ref for paper in reused.values()],
    )


def _place_of_today(unit: Unit, day: date) -> Unit:
    current_units = [
        current_unit for current_unit in (unit,) if places.is_there(current_unit, day)
    ] or units.successors(unit, day)
    if len(current_units) != 1:
        raise Refused("place_gone", _("Nơi nhận đã chọn không còn nữa. Hãy bắt đầu lại và chọn nơi nhận khác."))
    return current_units[0]


def _papers_of_application(
    offer: ProcedureOption,
    begun: Begun,
    version: FormVersion,
    done: drafts.Finished,
    handed_in: list[BegunFile],
    reused: set[str],
) -> Iterator[dict[str, Any]]:
    """The procedure's papers and those of the form, each once: handed in, or held already by whom."""
    fields = {
        fold(form_field.label): form_field for form_field in forms.shape_of(version).fields if form_field.kind == "file"
    }
    hidden = forms.hidden_paths(version, done.values)
    provided_names = {fold(name) for name in [*begun.papers, *(begun_file.name for begun_file in handed_in)]} | {
        fold(version.form.name)
    }
    still = {
        name: form_field
        for name, form_field in fields.items()
        if form_field.name in reused or form_field.paper in PAPERS
    }
    values = {name: done.answers.get(form_field.name, {}) for name, form_field in still.items()}
    plain = [asdict(paper) for paper in offer.papers]
    listed_names = {fold(paper.name) for paper in offer.papers}
    plain += [
        {"name": form_field.label}
        for name, form_field in fields.items()
        if name not in listed_names and form_field.name not in hidden
    ]
    for paper in plain:
        name = fold(paper["name"])
        field_answer = values.get(name, {}) if name not in provided_names else {}
        yield (
            paper
            | {"given": name in provided_names}
            | ({"held": field_answer["source"]} if "paper" in field_answer else {})
        )
