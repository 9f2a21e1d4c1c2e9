"""Bulletins: the list, one issue as a page, its files, and what may be done with it."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tinhso.blocks.documents import queries as documents
from tinhso.ioc.models import Bulletin
from tinhso.ioc.pages.posting import act_of_reader
from tinhso.ioc.pages.readers import for_readers
from tinhso.ioc.queries import bulletin_pages as shown
from tinhso.ioc.queries import bulletins as queries
from tinhso.ioc.services import bulletins as services
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.ui.request_params import posted_field

A_PAGE = 30
KEPT_SECONDS = 3600
Act = Callable[[HttpRequest, str, Actor], Bulletin]


@for_readers
def bulletins_page(request: HttpRequest, by: Actor) -> HttpResponse:
    """Issues by template, newest period first, and a form to begin one."""
    template_code = request.GET.get("template", "")
    bulletins = queries.readable_bulletins(by)
    chosen = shown.of_template(bulletins, template_code)
    context = {
        "tabs": shown.template_tabs(bulletins, template_code),
        "page": Paginator(chosen, A_PAGE).get_page(request.GET.get("page")),
        "offers": shown.offered_templates(by, clock.today()),
        "audiences": Bulletin.Audience.choices,
    }
    return render(request, "ioc/bulletins.html", context)


@act_of_reader
def begin_bulletin(request: HttpRequest, by: Actor) -> HttpResponse:
    """Begin an issue for a template and period, written ``template:period`` in the form."""
    template, _colon, period = request.POST.get("what", "").partition(":")
    audience = request.POST.get("audience", "")
    return _act_and_report(
        request,
        lambda: services.draft(template=template, period=period, audience=audience, by=by, now=clock.now()),
        _("Đã lập bản nháp. Hãy đọc, sửa phần lời rồi trình duyệt."),
    )


@for_readers
def bulletin_page(request: HttpRequest, by: Actor, ref: str) -> HttpResponse:
    """One issue as it reads, with its revisions, its history and what may be done; ``?verify=1`` makes it again."""
    bulletin = queries.readable_bulletin(ref, by)
    context: dict[str, object] = {"one": bulletin, **shown.issue_context(bulletin, by, clock.now())}
    if request.GET.get("verify") and bulletin.document is not None:
        context["verified"] = _cached_verdict(bulletin)
    return render(request, "ioc/bulletin.html", context)


def _cached_verdict(bulletin: Bulletin) -> Mapping[str, object]:
    """The verdict, kept for an hour: making an issue again takes seconds."""
    programs = (documents.program_versions()["tinhso"], queries.program_versions()["tinhso-bulletins"])
    key = ":".join(("ioc:bulletin", bulletin.ref, *programs))
    values: Mapping[str, object] | None = cache.get(key)
    if values is None:
        verified = queries.verify_issue(bulletin)
        values = {"verdict": verified.verdict, "forms": dict(verified.check.forms), "changed": verified.changed}
        cache.set(key, values, KEPT_SECONDS)
    return values


@for_readers
def download_bulletin(request: HttpRequest, by: Actor, ref: str, form: str) -> HttpResponse:
    """The issued bytes, or a draft as it would look; who took a file is written down."""
    if form not in documents.MEDIA:
        raise Refused("unknown_file", _("Chỉ có tệp pdf và docx."))
    bulletin = queries.readable_bulletin(ref, by)
    content = shown.file_of(bulletin, form, clock.now())
    services.note_download(one=bulletin, form=form, by=by)
    name = f"{bulletin.document or bulletin.ref}".replace("/", "-")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{shown.file_name(name, form)}"}
    return HttpResponse(content, content_type=documents.MEDIA[form], headers=headers)


@act_of_reader
def reword_block(request: HttpRequest, by: Actor, ref: str) -> HttpResponse:
    """Give one block other words."""
    block, text = request.POST.get("block", ""), request.POST.get("text", "")
    act = lambda: services.reword(ref=_readable_ref(ref, by), block=block, text=text, by=by, now=clock.now())  # noqa: E731
    return _act_and_report(request, act, _("Đã lưu."), ref)


@act_of_reader
def apply_bulletin_act(request: HttpRequest, by: Actor, ref: str) -> HttpResponse:
    """What the form's button says: submit, send_back, issue, withdraw, correct, drop, newest, audience."""
    name = request.POST.get("act", "")
    if name not in _ACTS:
        raise Refused("unknown_act", _("Không có việc “%(act)s”."), act=name)
    do, message_text = _ACTS[name]
    return _act_and_report(request, lambda: do(request, _readable_ref(ref, by), by), str(message_text()), ref)


def _readable_ref(ref: str, by: Actor) -> str:
    """The reference of an issue that ``by`` may read; any other is unknown to them."""
    return queries.readable_bulletin(ref, by).ref


def _act_and_report(request: HttpRequest, do: Callable[[], Bulletin], said: str, ref: str = "") -> HttpResponse:
    try:
        bulletin = do()
    except Forbidden:
        raise
    except Refused as refusal:
        if refusal.code.startswith(("unknown_bulletin", "unknown_act")):
            raise
        messages.error(request, refusal.message)
        return redirect("ioc:bulletin", ref) if ref else redirect("ioc:bulletins")
    messages.success(request, said)
    gone = bulletin.state == Bulletin.State.DROPPED
    answer: HttpResponseRedirect = redirect("ioc:bulletins") if gone else redirect("ioc:bulletin", bulletin.ref)
    return answer


def _posted_reason(request: HttpRequest) -> str:
    return posted_field(request, "why")


_ACTS: dict[str, tuple[Act, Callable[[], str]]] = {
    "submit": (
        lambda _request, ref, by: services.submit(ref=ref, by=by, now=clock.now()),
        lambda: _("Đã trình duyệt."),
    ),
    "send_back": (
        lambda request, ref, by: services.send_back(ref=ref, why=_posted_reason(request), by=by),
        lambda: _("Đã trả lại để sửa."),
    ),
    "issue": (
        lambda _request, ref, by: services.issue(ref=ref, by=by, now=clock.now()),
        lambda: _("Đã duyệt và ban hành."),
    ),
    "withdraw": (
        lambda request, ref, by: services.withdraw(ref=ref, why=_posted_reason(request), by=by, now=clock.now()),
        lambda: _("Đã thu hồi."),
    ),
    "correct": (
        lambda request, ref, by: services.correct(ref=ref, reason=_posted_reason(request), by=by, now=clock.now()),
        lambda: _("Đã lập bản nháp đính chính từ số liệu mới nhất."),
    ),
    "drop": (
        lambda _request, ref, by: services.drop(ref=ref, by=by),
        lambda: _("Đã bỏ bản nháp."),
    ),
    "newest": (
        lambda _request, ref, by: services.change_draft(ref=ref, by=by, newest=True),
        lambda: _("Đã lấy số liệu mới nhất."),
    ),
    "audience": (
        lambda request, ref, by: services.change_draft(ref=ref, by=by, audience=request.POST.get("audience", "")),
        lambda: _("Đã đổi người đọc."),
    ),
}
