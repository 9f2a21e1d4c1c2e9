"""What people send from a page: done and told, or refused with the reason above the page they came from."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.kernel.errors import Forbidden, Refused

P = ParamSpec("P")
Act = Callable[Concatenate[HttpRequest, Actor, P], HttpResponse]


def act_of_reader(act: "Act[P]") -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """An act of somebody who may see indicators; a refusal that can be mended is told where they came from."""

    @require_POST
    @login_required
    @wraps(act)
    def done(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        by: Actor = getattr(request, "actor", NOBODY)
        by.must_be_able_to(SEE_INDICATORS)
        try:
            return act(request, by, *args, **kwargs)
        except Forbidden:
            raise
        except Refused as refusal:
            if not refusal.code.startswith("bad_"):
                raise
            messages.error(request, refusal.message)
            return redirect_back(request)

    return done


def redirect_back(request: HttpRequest, otherwise: str = "/views/") -> HttpResponse:
    """To the address of this application that the form names in ``next``."""
    there = request.POST.get("next", "")
    inside = there.startswith("/") and url_has_allowed_host_and_scheme(there, allowed_hosts=None)
    return HttpResponseRedirect(there if inside else otherwise)
