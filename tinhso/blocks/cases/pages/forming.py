"""The electronic form of an application, filled in as a draft: online, and at the desk for somebody else.

The secret of a draft of somebody without an account lies in the session, not in the address: a draft holds personal
data of somebody who is not done yet, addresses stand in logs and histories, and at a kiosk the next one reads them.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tinhso.blocks.cases import services
from tinhso.blocks.cases.contract import Channel
from tinhso.blocks.cases.models import Begun, Case
from tinhso.blocks.cases.queries import applying, lookup, secrets
from tinhso.blocks.cases.queries.rules import rules
from tinhso.blocks.cases.rights import RECEIVE_CASES
from tinhso.blocks.forms import queries as forms
from tinhso.blocks.forms.models import FormVersion
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import actor_of
from tinhso.ui.wording import datetime_text


def drafts_of_session(request: HttpRequest) -> Mapping[str, str]:
    """The drafts that this browser began, or handed in, with their secrets."""
    secrets_by_ref = request.session.get(applying.KEPT)
    return secrets_by_ref if isinstance(secrets_by_ref, dict) else {}


def _remember_draft(request: HttpRequest, ref: str, secret: str) -> None:
    request.session[applying.KEPT] = applying.kept_with(drafts_of_session(request), ref, secret)


def begin_form(
    request: HttpRequest, filing: services.CaseFiling, version: FormVersion, *, at_desk: bool
) -> HttpResponse:
    """Go on to the form with what was told before it."""
    competent, by = filing.competent.ref if request.POST.get("competent") else "", actor_of(request)
    attempt = _attempt_key(filing, competent, by)
    case = applying.filed_as(attempt)
    if case is not None:
        return _handed_in(case, at_desk=at_desk)
    opened = services.begin_application(
        filing=filing, version=version, competent=competent, by=by, now=clock.now(), name=attempt
    )
    _remember_draft(request, opened.draft.ref, opened.secret)
    name = "cases:desk_form" if at_desk else "cases:online_form"
    return redirect(name, provider=filing.offer.provider, code=filing.offer.code, ref=opened.draft.ref)


def _attempt_key(filing: services.CaseFiling, competent: str, by: Actor) -> str:
    offer, files = (
        filing.offer,
        [(stored_paper.name, stored_paper.file_name, stored_paper.file.sha256) for stored_paper in filing.files],
    )
    attempt_values = [
        offer.provider,
        offer.code,
        offer.option,
        filing.channel,
        filing.receiving.ref,
        competent,
        asdict(filing.applicant),
        list(filing.papers),
        files,
        filing.note,
    ]
    return applying.attempt_of(request=filing.request, told=attempt_values, by=by)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def online_form(request: HttpRequest, provider: str, code: str, ref: str) -> HttpResponse:
    """Fill the form in and hand it in; only in the browser that began it, or with the account that did."""
    if not rules().front.online:
        return redirect("cases:online", provider=provider, code=code)
    return _form_response(request, provider, code, ref, at_desk=False)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def desk_form(request: HttpRequest, provider: str, code: str, ref: str) -> HttpResponse:
    """The same at the desk, for who stands there; taken in at once."""
    actor_of(request).must_be_able_to(RECEIVE_CASES)
    return _form_response(request, provider, code, ref, at_desk=True)


def _form_response(request: HttpRequest, provider: str, code: str, ref: str, *, at_desk: bool) -> HttpResponse:
    by, now, secret = actor_of(request), clock.now(), drafts_of_session(request).get(ref, "")
    try:
        begun = applying.begun_with(ref, by=by, now=now, secret=secret, at_desk=at_desk)
    except Refused as refusal:
        return _draft_gone_response(request, provider, code, ref, refusal, at_desk=at_desk)
    if request.method == "POST":
        try:
            return _handle_form_post(request, begun, at_desk=at_desk)
        except Refused as refusal:
            return _refusal_response(request, begun, refusal, at_desk=at_desk)
    return _form_page(request, begun, at_desk=at_desk)


def _draft_gone_response(
    request: HttpRequest, provider: str, code: str, ref: str, refusal: Refused, *, at_desk: bool
) -> HttpResponse:
    """Handed in before by the same browser: the same case. Anybody else hears that there is nothing."""
    case = applying.finished_before(ref) if ref in drafts_of_session(request) else None
    if case is not None:
        return _handed_in(case, at_desk=at_desk)
    if request.headers.get("X-Autosave") == "1":
        return JsonResponse({"code": refusal.code, "message": refusal.message}, status=409)
    messages.error(request, refusal.message)
    return redirect("cases:desk" if at_desk else "cases:online", provider=provider, code=code)


def _handed_in(case: Case, *, at_desk: bool) -> HttpResponse:
    if at_desk:
        return redirect("cases:receipt", code=case.code)
    return redirect("cases:tracked", code=case.code, key=secrets.key_of(case))


def _handle_form_post(request: HttpRequest, begun: Begun, *, at_desk: bool) -> HttpResponse:
    by, now, ref = actor_of(request), clock.now(), begun.draft.ref
    do, secret = request.POST.get("do", "save"), drafts_of_session(request).get(ref, "")
    if do == "abandon":
        services.abandon_application(ref=ref, by=by, now=now, secret=secret)
        messages.success(request, _("Đã bỏ bản nháp."))
        return redirect(_filing_address(begun, at_desk=at_desk))
    if do == "renew":
        opened = services.renew_application(begun=begun, by=by, now=now, secret=secret)
        _remember_draft(request, opened.draft.ref, opened.secret)
        return redirect(_form_address(begun, opened.draft.ref, at_desk=at_desk))
    return _save_or_hand_in(request, begun, secret, at_desk=at_desk)


def _save_or_hand_in(request: HttpRequest, begun: Begun, secret: str, *, at_desk: bool) -> HttpResponse:
    """Save what was sent, and hand in where that was asked for and nothing is wrong."""
    by, now, ref = actor_of(request), clock.now(), begun.draft.ref
    background = request.headers.get("X-Autosave") == "1"
    post = request.POST.copy()
    papers_by_field, wrong = ({}, "") if background else _taken_in(request, begun)
    if wrong:
        post["do"] = "save"  # what was typed is kept, whatever becomes of the file
    form_post_result = services.fill_in(
        begun=begun, post=post, kept=papers_by_field, by=by, now=now, secret=secret, background=background
    )
    if background:
        return JsonResponse(
            {"revision": form_post_result.draft.revision, "at": datetime_text(form_post_result.draft.saved_at)}
        )
    if form_post_result.problems:
        begun.draft = form_post_result.draft
        return _form_page(request, begun, at_desk=at_desk, status=422, problems=form_post_result.problems)
    if form_post_result.is_ready:
        revision = form_post_result.draft.revision
        case = services.finish_application(ref=ref, revision=revision, at_desk=at_desk, by=by, now=now, secret=secret)
        return _handed_in(case, at_desk=at_desk)
    if wrong:
        messages.error(request, wrong)
    here = _form_address(begun, ref, at_desk=at_desk)
    return redirect(f"{here}#{form_post_result.anchor}" if form_post_result.anchor else here)


def _taken_in(request: HttpRequest, begun: Begun) -> tuple[dict[str, tuple[Any, services.StoredPaper]], str]:
    """The files of the form's questions, looked into and kept; and what was wrong with the first one that was not."""
    by, now = actor_of(request), clock.now()
    papers_by_field: dict[str, tuple[Any, services.StoredPaper]] = {}
    form_fields_by_key = {
        f"f.{field.name}": field for field in forms.shape_of(begun.draft.version).fields if field.kind == "file"
    }
    try:
        for name, upload in request.FILES.items():
            field = form_fields_by_key.get(name)
            if field is None or not isinstance(upload, UploadedFile):
                continue
            services.take_turn(by=by, now=now)
            uploads = [(field.label, upload.name or "tep", upload)]
            [stored_paper] = services.take_in(uploads=uploads, by=services.applicant_without_account(by), now=now)
            papers_by_field[field.name] = (upload, stored_paper)
    except Refused as refusal:
        return papers_by_field, refusal.message
    return papers_by_field, ""


def _refusal_response(request: HttpRequest, begun: Begun, refusal: Refused, *, at_desk: bool) -> HttpResponse:
    """What another window saved is kept, and what this one typed is shown; any other refusal is said."""
    ref = begun.draft.ref
    if refusal.code == "unknown_draft":
        return _draft_gone_response(request, begun.provider, begun.procedure, ref, refusal, at_desk=at_desk)
    if request.headers.get("X-Autosave") == "1":
        return JsonResponse({"code": refusal.code, "message": refusal.message}, status=409)
    if refusal.code != "changed_elsewhere":
        messages.error(request, refusal.message)
        return redirect(_form_address(begun, ref, at_desk=at_desk))
    typed = forms.typed_values(begun.draft, request.POST)
    return _form_page(request, begun, at_desk=at_desk, status=409, typed=typed, conflict=True)


def _form_page(request: HttpRequest, begun: Begun, *, at_desk: bool, status: int = 200, **shown: Any) -> HttpResponse:
    names = dict(begun.files.exclude(field="").values_list("file__ref", "file_name"))
    view = forms.view_of(begun.draft, now=clock.now(), file_name=lambda ref: names.get(ref, ref), **shown)
    offer = lookup.option_of(
        begun.provider, begun.procedure, begun.option, day=clock.today(), channel=Channel(begun.channel)
    )
    context = {
        "begun": begun,
        "offer": offer,
        "view": view,
        "at_desk": at_desk,
        "first": _filing_address(begun, at_desk=at_desk),
    }
    return render(request, "cases/form.html", context, status=status)


def _filing_address(begun: Begun, *, at_desk: bool) -> str:
    return reverse("cases:desk" if at_desk else "cases:online", args=[begun.provider, begun.procedure])


def _form_address(begun: Begun, ref: str, *, at_desk: bool) -> str:
    name = "cases:desk_form" if at_desk else "cases:online_form"
    return reverse(name, args=[begun.provider, begun.procedure, ref])
