"""People and their posts, for who manages people. Every look at a person is written down (Luật 91/2025/QH15)."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tinhso.blocks.audit import services as audit
from tinhso.blocks.identity import queries, services
from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.pages.forms import NewPerson, NewPost
from tinhso.blocks.identity.rights import MANAGE_PEOPLE
from tinhso.blocks.units import queries as units
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


def _people_manager(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.must_be_able_to(MANAGE_PEOPLE)
    return actor


@require_GET
def people_page(request: HttpRequest) -> HttpResponse:
    """Everybody with a log-in."""
    actor = _people_manager(request)
    words = request.GET.get("q", "").strip()
    page = Paginator(queries.people_by_name(words), 50).get_page(request.GET.get("page"))
    audit.record_view(by=actor, what=(Person._meta.label, "list"), why=f"q={words}, page={page.number}")
    return render(request, "identity/people.html", {"page": page, "q": words})


@require_http_methods(["GET", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    """Give an official a log-in."""
    actor = _people_manager(request)
    form = NewPerson(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = services.create_person(**form.cleaned_data, by=actor, now=clock.now())
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Đã tạo tài khoản. Hãy giao vị trí công tác."))
            return redirect("identity:person", person.ref)
    return render(request, "identity/new_person.html", {"form": form})


@require_GET
def person_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One person: posts past and present, log-ins, state."""
    actor = _people_manager(request)
    return _render_person(request, actor, queries.person_by_ref(ref), _new_post())


def _new_post() -> NewPost:
    return NewPost(initial={"since": clock.today().isoformat()})


def _render_person(
    request: HttpRequest, actor: Actor, found: Person, form: NewPost, password: str = ""
) -> HttpResponse:
    audit.record_view(by=actor, what=found)
    has_second_factor, is_locked_out = queries.entrance_of(found, now=clock.now())
    context = {
        "person": found,
        "posts": queries.posts_of(found),
        "sessions": queries.sessions_of(found, now=clock.now()),
        "second_factor": has_second_factor,
        "locked_out": is_locked_out,
        "is_self": found.ref == actor.ref,
        "password": password,
        "today": clock.today(),
        "form": form,
    }
    return render(request, "identity/person.html", context)


@require_POST
def appoint_person(request: HttpRequest, ref: str) -> HttpResponse:
    """Give a person a post."""
    actor = _people_manager(request)
    person = queries.person_by_ref(ref)
    form = NewPost(request.POST)
    if not form.is_valid():
        return _render_person(request, actor, person, form)
    values = form.cleaned_data
    try:
        unit, role = units.by_ref(values["unit"]), queries.role_by_code(values["role"])
        services.appoint_person(
            person=person, unit=unit, role=role, since=values["since"], title=values["title"], by=actor
        )
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _render_person(request, actor, person, form)
    messages.success(request, _("Đã giao vị trí công tác."))
    return redirect("identity:person", ref)


@require_POST
def end_post(request: HttpRequest, pk: int) -> HttpResponse:
    """End a post today."""
    actor = _people_manager(request)
    ended = services.end_post(post=queries.post_by_pk(pk), on=clock.today(), by=actor)
    messages.success(request, _("Vị trí này đã kết thúc từ hôm nay."))
    return redirect("identity:person", ended.person.ref)


@require_POST
def open_or_close(request: HttpRequest, ref: str) -> HttpResponse:
    """Close an account, or open it again."""
    actor = _people_manager(request)
    person = queries.person_by_ref(ref)
    if person.is_active:
        services.disable_person(person=person, by=actor, why=_("quản trị viên khóa"))
        messages.success(request, _("Tài khoản đã khóa, mọi phiên làm việc đã kết thúc."))
    else:
        services.enable_person(person=person, by=actor, now=clock.now())
        messages.success(request, _("Tài khoản đã mở lại."))
    return redirect("identity:person", ref)


@never_cache
@require_POST
def reset_password(request: HttpRequest, ref: str) -> HttpResponse:
    """Set a password for somebody who forgot theirs; it is shown this once."""
    actor = _people_manager(request)
    person = queries.person_by_ref(ref)
    password = services.reset_password(person=person, by=actor)
    return _render_person(request, actor, person, _new_post(), password)


@require_POST
def unlock_person(request: HttpRequest, ref: str) -> HttpResponse:
    """Let somebody whose name failed log-ins have shut try again."""
    actor = _people_manager(request)
    services.unlock_person(person=queries.person_by_ref(ref), by=actor)
    messages.success(request, _("Đã mở chặn: người này đăng nhập lại được ngay."))
    return redirect("identity:person", ref)
