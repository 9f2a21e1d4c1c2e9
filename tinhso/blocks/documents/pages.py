"""Checking a document that carries our code, open to everybody; taking away papers, for those who may read them."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.blocks.documents import queries, services
from tinhso.blocks.documents.contract import TELLERS
from tinhso.blocks.documents.models import StoredFile
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import actor_of
from tinhso.ui.downloads import file_response


@require_safe
def verify_start(request: HttpRequest) -> HttpResponse:
    """Where somebody types the code that a document carries."""
    token = request.GET.get("token", "").strip().rstrip("/").rpartition("/")[2]
    if token and token.replace("-", "").replace("_", "").isalnum():
        return redirect("documents:verify", token=token)
    return render(request, "documents/verify.html", {"bad": bool(token)})


@csrf_exempt  # changes nothing, and looking for the form's token would read a body of any size
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verification_page(request: HttpRequest, token: str) -> HttpResponse:
    """What is known of a document, and whether a file that somebody holds is the very same; that file is not kept."""
    verification = queries.verification(token)
    links = [link for tell in TELLERS for link in tell(verification.sha256)] if verification.sha256 else []
    context: dict[str, object] = {
        "known": verification,
        "links": links,
        "largest": queries.limits().largest // 1_000_000,
    }
    if request.method == "POST":
        upload = _uploaded_file(request)
        same = queries.same_bytes(verification, upload.chunks())
        begins = not same and queries.begins_with(verification, b"".join(upload.chunks()))
        context |= {"compared": True, "same": same, "begins": begins}
    return render(request, "documents/verify.html", context)


def _uploaded_file(request: HttpRequest) -> services.Upload:
    largest = queries.limits().largest
    length = request.headers.get("Content-Length", "")
    if not length.isdecimal() or int(length) > largest + 10_000:
        raise Refused("too_large", _("Tệp lớn hơn %(most)s MB nên không so được."), most=largest // 1_000_000)
    upload = request.FILES.get("file")
    if upload is None:
        raise Refused("no_file", _("Hãy chọn tệp cần so."))
    return upload


@require_safe
@login_required
def download_paper(request: HttpRequest, ref: str) -> HttpResponseBase:
    """A paper's file, for its owner and who may read what it is used in; ``?inline=1`` shows it in the browser."""
    paper = services.read_paper(ref=ref, by=actor_of(request))
    return _file_response(paper.file, paper.file_name, inline=request.GET.get("inline") == "1")


@require_safe
@login_required
def download_copies(request: HttpRequest, ref: str) -> HttpResponseBase:
    """All certified copies of one go in one ZIP, for those who may certify there."""
    actor = actor_of(request)
    certification = queries.certification(ref)
    actor.must_be_able_to(certification.right, at=certification.unit)
    services.read_certification(certification=certification, by=actor)
    return _file_response(certification.packed, f"{certification.ref}.zip", inline=False)


def _file_response(file: StoredFile, name: str, *, inline: bool) -> StreamingHttpResponse:
    return file_response(
        queries.checked_chunks(file), name=name, media_type=file.media_type, size=file.size, inline=inline
    )


app_name = "documents"
urlpatterns = [
    path("verify/", verify_start, name="verify_start"),
    path("verify/<str:token>/", verification_page, name="verify"),
    path("papers/<str:ref>/", download_paper, name="paper"),
    path("papers/copies/<str:ref>/download/", download_copies, name="copies"),
]
