"""Forms for those who keep them: which there are, and each to be tried as a citizen will see it.

The preview is also the example of how another app runs a draft under its own address.
"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.blocks.forms import queries, services
from tinhso.blocks.forms.models import Draft
from tinhso.blocks.forms.rights import MANAGE_FORMS
from tinhso.kernel import clock
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.refs import new_ref
from tinhso.ui.wording import datetime_text

PREVIEW = "preview"


def _actor_of(request: HttpRequest) -> Actor:
    actor: Actor = getattr(request, "actor", NOBODY)
    actor.must_be_able_to(MANAGE_FORMS)
    return actor


@require_safe
@login_required
def forms_page(request: HttpRequest) -> HttpResponse:
    """All forms with the version in force today."""
    _actor_of(request)
    return render(request, "forms/list.html", {"forms": queries.listed_forms(clock.today())})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def preview_page(request: HttpRequest, code: str) -> HttpResponse:
    """Try a form: nothing is handed in to anybody, papers are not kept."""
    by, now = _actor_of(request), clock.now()
    draft = queries.newest_draft(by, about=PREVIEW, code=code, now=now)
    if request.method == "POST":
        return _handle_preview_post(request, code, draft)
    version = draft.version if draft else queries.in_force(code, clock.today())
    if version is None:
        raise Refused("unknown_form", _("Không có biểu mẫu “%(code)s” nào đang có hiệu lực."), code=code)
    view = queries.view_of(draft, now=now) if draft else None
    return render(request, "forms/preview.html", {"version": version, "view": view})


def _handle_preview_post(request: HttpRequest, code: str, draft: Draft | None) -> HttpResponse:
    by, now, here = _actor_of(request), clock.now(), reverse("forms:preview", args=[code])
    if draft is None:
        version = queries.in_force(code, clock.today())
        if version is not None and request.POST.get("do") == "begin":
            services.open_draft(version=version, by=by, now=now, about=PREVIEW)
        return redirect(here)
    if request.POST.get("do") == "renew":
        services.renew_draft(ref=draft.ref, by=by, now=now)
        return redirect(here)
    background = request.headers.get("X-Autosave") == "1"
    try:
        form_post_result = services.handle_form_post(
            ref=draft.ref,
            post=request.POST,
            files=_uploaded_files(request),
            keep_file=_not_kept,
            by=by,
            now=now,
            background=background,
        )
    except Refused as refusal:
        return _refusal_response(request, draft, refusal, here)
    if background:
        return JsonResponse(
            {"revision": form_post_result.draft.revision, "at": datetime_text(form_post_result.draft.saved_at)}
        )
    if form_post_result.problems:
        view = queries.view_of(form_post_result.draft, now=now, problems=form_post_result.problems)
        return render(request, "forms/preview.html", {"version": draft.version, "view": view}, status=422)
    if form_post_result.is_ready:
        finished = services.finish_draft(ref=draft.ref, revision=form_post_result.draft.revision, by=by, now=now)
        return render(
            request, "forms/finished.html", {"version": draft.version, "values": list(finished.values.items())}
        )
    return redirect(f"{here}#{form_post_result.anchor}" if form_post_result.anchor else here)


def _uploaded_files(request: HttpRequest) -> "dict[str, UploadedFile[Any]]":
    return {name: file for name, file in request.FILES.items() if isinstance(file, UploadedFile)}


def _not_kept(paper: str, file: "UploadedFile[Any]") -> str:
    return new_ref("THU")


def _refusal_response(request: HttpRequest, draft: Draft, refusal: Refused, here: str) -> HttpResponse:
    """What another window saved is kept, and what this one typed is shown; any other refusal is said."""
    if request.headers.get("X-Autosave") == "1":
        return JsonResponse({"code": refusal.code, "message": refusal.message}, status=409)
    if refusal.code != "changed_elsewhere":
        messages.error(request, refusal.message)
        return redirect(here)
    typed = queries.typed_values(draft, request.POST)
    view = queries.view_of(draft, now=clock.now(), typed=typed, conflict=True)
    return render(request, "forms/preview.html", {"version": draft.version, "view": view}, status=409)


app_name = "forms"
urlpatterns = [
    path("", forms_page, name="list"),
    path("<str:code>/preview/", preview_page, name="preview"),
]
