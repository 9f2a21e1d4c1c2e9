"""Before log-in: the demo's people, and what is done by those who manage people."""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tinhso.blocks.identity import queries
from tinhso.kernel.errors import Refused


@never_cache
@require_http_methods(["GET", "POST"])
def demo_login_page(request: HttpRequest) -> HttpResponse:
    """Enter as one of the demo's people with one click."""
    if not queries.is_demo():
        raise Http404
    after = request.POST.get("next") or request.GET.get("next") or settings.LOGIN_REDIRECT_URL
    if not url_has_allowed_host_and_scheme(after, allowed_hosts={request.get_host()}):
        after = settings.LOGIN_REDIRECT_URL
    if request.method == "GET":
        return render(request, "identity/demo.html", {"personas": queries.demo_personas(), "next": after})
    person = queries.person_by_username(request.POST.get("persona", ""))
    if not person.is_demo:
        raise Refused("not_a_persona", _("Chỉ nhân vật minh họa mới vào được bằng một lần bấm."))
    get_adapter().login(request, person)
    return redirect(after)


@require_GET
def no_sign_up(request: HttpRequest) -> HttpResponse:
    """Why there is no sign-up."""
    return render(request, "identity/ask_administrator.html", {"asked": "account"})


@require_GET
def no_reset(request: HttpRequest) -> HttpResponse:
    """Who sets a forgotten password anew."""
    return render(request, "identity/ask_administrator.html", {"asked": "password"})
