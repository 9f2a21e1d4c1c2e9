"""Says who acts in each request, and locks the door behind who left or has not yet set up a second factor."""

from collections.abc import Callable
from datetime import datetime

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from tinhso.blocks.identity import queries, services
from tinhso.blocks.identity.models import Person
from tinhso.kernel import clock

SEEN = "seen_at"  # seconds since 1970, in the session
SEEN_EVERY = 30  # seconds between two notes of use; a session locks at most this much early
# what somebody without the second factor that their role needs may open
BEFORE_SECOND_FACTOR = ("account_logout", "mfa_index", "account_reauthenticate", "account_change_password")


class ActorMiddleware:
    """Sets ``request.actor`` from the log-in, with the rights of the posts held today."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        somebody = _person_of_request(request)
        if somebody is not None and not queries.may_act(somebody):
            logout(request)
        request.actor = queries.actor_of(request)  # type: ignore[attr-defined]
        if request.actor.kind == "program":  # type: ignore[attr-defined]
            services.token_used(ref=request.actor.ref, now=clock.now())  # type: ignore[attr-defined]
        elif (person := _person_of_request(request)) is not None:
            stopped = self._stopped(request, person)
            if stopped is not None:
                return stopped
        return self.get_response(request)

    def _stopped(self, request: HttpRequest, person: Person) -> HttpResponse | None:
        standing = queries.standing_of(person, session=request.session.session_key or "")
        now = clock.now()
        if not standing.unattended and is_idle(request.session.get(SEEN), standing.idle_minutes, now):
            return _lock_idle_session(request, person, standing.idle_minutes)
        if standing.unattended and request.session.get_expire_at_browser_close():
            request.session.set_expiry(queries.session_age(standing))  # a screen that restarts comes back by itself
        _note_use(request, now)
        if queries.must_change_password(person) and not _may_open(request.path):
            return HttpResponseRedirect(reverse("account_change_password"))
        if queries.must_set_up(person, standing) and not _may_open(request.path):
            return HttpResponseRedirect(reverse("mfa_index"))
        return None


def _person_of_request(request: HttpRequest) -> Person | None:
    user = getattr(request, "user", None)
    return queries.person_behind(user) if user is not None and user.is_authenticated else None


def is_idle(seen: object, minutes: int, now: datetime) -> bool:
    """Whether a session last used at ``seen`` has been left alone for ``minutes`` or longer."""
    return isinstance(seen, (int, float)) and now.timestamp() - seen >= minutes * 60


def _note_use(request: HttpRequest, now: datetime) -> None:
    last_use = request.session.get(SEEN, 0)
    background = request.headers.get("X-Live") == "1"  # a page that refreshes itself is not somebody at work
    if not background and now.timestamp() - last_use >= SEEN_EVERY:
        request.session[SEEN] = int(now.timestamp())
        services.touch_session(key=request.session.session_key or "", now=now)


def _lock_idle_session(request: HttpRequest, person: Person, minutes: int) -> HttpResponse:
    services.forget_session(
        key=request.session.session_key or "",
        person=person,
        by=request.actor,  # type: ignore[attr-defined]
        did="locked when idle",
    )
    logout(request)
    where = request.get_full_path() if request.method == "GET" else "/"
    to = f"{reverse('account_login')}?{urlencode([('locked', str(minutes)), ('next', where)])}"
    response = HttpResponseRedirect(to)
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=204)  # type: ignore[assignment]
        response["HX-Redirect"] = to
    return response


def _may_open(path: str) -> bool:
    return path.startswith(("/static/", "/theme", *(reverse(name) for name in BEFORE_SECOND_FACTOR)))
