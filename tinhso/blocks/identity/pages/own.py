"""One's own account: what I may do, where I am logged in, what my programs may do."""

from datetime import datetime, time, timedelta

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tinhso.blocks.identity import queries, services
from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.pages.forms import NewToken
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.rights import labels_of_rights


def person_and_actor(request: HttpRequest) -> tuple[Person, Actor]:
    """The person who is logged in, twice: as a record and as an actor."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return queries.person_by_ref(actor.ref), actor


@require_GET
@login_required
def account_page(request: HttpRequest) -> HttpResponse:
    """My posts, my rights, and the ways to my other settings."""
    person, actor = person_and_actor(request)
    context = {
        "person": person,
        "posts": queries.posts_of(person),
        "rights": [label for right, label in labels_of_rights().items() if actor.can(right)],
        "second_factor": queries.has_second_factor(person),
        "previous": request.session.get("previous_log_in", ""),
    }
    return render(request, "identity/account.html", context)


@require_GET
@login_required
def sessions_page(request: HttpRequest) -> HttpResponse:
    """Where I am logged in."""
    person, actor = person_and_actor(request)
    context = {"sessions": queries.sessions_of(person, now=clock.now()), "here": actor.session}
    return render(request, "identity/sessions.html", context)


@require_POST
@login_required
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """End one of my log-ins."""
    services.end_session(session_id=session_id, by=request.actor)  # type: ignore[attr-defined]
    messages.success(request, _("Đã kết thúc phiên làm việc đó."))
    return redirect("identity:sessions")


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def tokens_page(request: HttpRequest) -> HttpResponse:
    """My programs' tokens, and a new one for who has just proven to be there; its secret is shown this once."""
    person, actor = person_and_actor(request)
    last_day = clock.today() + timedelta(days=90)
    form = NewToken(request.POST or None, actor=actor, initial={"last_day": last_day.isoformat()})
    secret = _make_token(form, person, actor) if request.method == "POST" and form.is_valid() else ""
    named = [
        (token, [labels_of_rights().get(right, right) for right in token.rights]) for token in queries.tokens_of(person)
    ]
    context = {"form": form, "secret": secret, "tokens": named, "now": clock.now()}
    return render(request, "identity/tokens.html", context)


def _make_token(form: NewToken, person: Person, actor: Actor) -> str:
    values = form.cleaned_data
    ends = datetime.combine(values["last_day"] + timedelta(days=1), time(), clock.VIETNAM)
    try:
        _token, secret = services.make_token(
            person=person, name=values["name"], rights=values["rights"], expires_at=ends, by=actor, now=clock.now()
        )
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return ""
    return secret


@require_POST
@login_required
def revoke_token(request: HttpRequest, ref: str) -> HttpResponse:
    """Make one of my tokens useless."""
    services.revoke_token(ref=ref, by=request.actor, now=clock.now())  # type: ignore[attr-defined]
    messages.success(request, _("Mã truy cập đã được thu hồi."))
    return redirect("identity:tokens")
