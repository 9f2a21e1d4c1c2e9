"""Connecting ODK Collect: a key for one phone, as a QR code that Collect reads."""

import base64
import json
import zlib

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from tinhso.blocks.identity import queries as identity
from tinhso.blocks.surveys import queries, services
from tinhso.blocks.surveys.queries import pictures
from tinhso.kernel import clock
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.ui.actors import actor_of, perform_with_message
from tinhso.ui.context import served_province

ADDRESS = "/odk"


@sensitive_variables("secret", "settings")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def keys_page(request: HttpRequest) -> HttpResponse:
    """My keys, and a new one, shown this once."""
    by = actor_of(request)
    if not queries.fillable_surveys(by):
        raise Forbidden("may_not_fill", _("Bạn không thuộc những người điền phiếu nào."))
    server = request.build_absolute_uri(ADDRESS)
    context = {"server": server, "secret": "", "now": clock.now(), "username": identity.person_by_ref(by.ref).username}
    if request.method == "POST":
        try:
            _key, secret = services.make_key(name=request.POST.get("name", ""), by=by, now=clock.now())
            settings = collect_settings(server, str(context["username"]), secret)
            context |= {"secret": secret, "qr": pictures.qr_code_svg(settings, title=_("Mã kết nối ODK Collect"))}
        except Refused as refusal:
            messages.error(request, refusal.message)
    context["keys"] = list(queries.keys_of(by.ref))
    return render(request, "surveys/connect.html", context)


def collect_settings(server: str, username: str, secret: str) -> str:
    """What the QR code holds: Collect's settings as JSON, packed with zlib, as Base64."""
    configuration = {
        "general": {
            "protocol": "odk_default",
            "server_url": server,
            "username": username,
            "password": secret,
            "form_update_mode": "match_exactly",
            "autosend": "wifi_and_cellular",
        },
        "admin": {},
        "project": {"name": served_province().title},
    }
    packed = zlib.compress(json.dumps(configuration, ensure_ascii=False).encode(), 9)
    return base64.b64encode(packed).decode()


@require_POST
@login_required
def revoke_key(request: HttpRequest, ref: str) -> HttpResponse:
    """Make one of my keys useless."""
    by = actor_of(request)
    perform_with_message(
        request, lambda: services.revoke_key(ref=ref, by=by, now=clock.now()), _("Khóa đã được thu hồi.")
    )
    return redirect("surveys:connect")
