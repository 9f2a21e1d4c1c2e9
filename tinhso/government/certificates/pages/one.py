"""One certificate with its story; writing one in from its file; what the focal point does to it."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.blocks.units import queries as units
from tinhso.government.certificates import services
from tinhso.government.certificates.models import Request, Version
from tinhso.government.certificates.pages.access import certificates_actor
from tinhso.government.certificates.queries import detail, keys, lookup, reading_files, wording
from tinhso.government.certificates.queries.rules import rules
from tinhso.government.certificates.rights import MANAGE_CERTIFICATES
from tinhso.kernel import clock
from tinhso.kernel.clock import VIETNAM
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import actor_of, perform_with_message
from tinhso.ui.request_params import day_in, posted_field, query_param


@require_safe
@login_required
def certificate_page(request: HttpRequest, ref: str) -> HttpResponse:
    """The certificate's page, today or as of a day and as known on a day."""
    by = certificates_actor(request)
    day, known_day = day_in(query_param(request, "day", 10)), day_in(query_param(request, "known", 10))
    known_at = datetime.combine(known_day, time.max, tzinfo=VIETNAM) if known_day else None
    version = lookup.visible_version(ref, by=by, day=day, known_at=known_at)
    context = _certificate_context(version, request) | {"day": day, "known": known_day}
    return render(request, "certificates/one.html", context)


def _certificate_context(version: Version, request: HttpRequest) -> dict[str, Any]:
    return {
        "one": version,
        "line": wording.register_line(version, clock.today()),
        "name": wording.name_of(version),
        "id_number": wording.masked_number(version.id_number),
        "phone": wording.masked_number(version.phone),
        "reason": rules().reason(version.reason) if version.reason else "",
        "story": detail.certificate_story(version),
        "names": detail.former_names(version),
        "requests": detail.requests_of(version),
        "asks": [(code, name) for code, name in Request.Ask.choices if code != "issue"],
        "reasons": [(named.code, named.label) for named in rules().reasons],
        "may": detail.allowed_acts(version, actor_of(request)),
        "today": clock.today(),
        "last_used": keys.last_used(version),
    }


@require_POST
@login_required
def reveal_numbers(request: HttpRequest, ref: str) -> HttpResponse:
    """Numbers of the person in full, once; the look and its reason are written down."""
    version = services.reveal_numbers(ref=ref, why=posted_field(request, "why"), by=actor_of(request))
    context = _certificate_context(version, request) | {
        "id_number": version.id_number,
        "phone": version.phone,
        "revealed": True,
    }
    return render(request, "certificates/one.html", context)


@require_POST
@login_required
def apply_certificate_act(request: HttpRequest, ref: str) -> HttpResponse:
    """Suspend, resume, revoke or correct, and say what was done or why not."""
    certificate_act = ACTS.get(request.POST.get("act", ""))
    if certificate_act is None:
        messages.error(request, _("Không rõ phải làm gì với chứng thư này."))
    else:
        run, words = certificate_act
        perform_with_message(request, lambda: run(request, ref), str(words))
    return redirect("certificates:one", ref=ref)


def _posted_arguments(request: HttpRequest, ref: str) -> dict[str, Any]:
    since = day_in(posted_field(request, "since", 10)) or clock.today()
    return {
        "ref": ref,
        "by": actor_of(request),
        "now": clock.now(),
        "since": since,
        "why": posted_field(request, "why"),
    }


def _suspend_certificate(request: HttpRequest, ref: str) -> object:
    return services.suspend(**_posted_arguments(request, ref), decision=posted_field(request, "decision", 120))


def _resume_certificate(request: HttpRequest, ref: str) -> object:
    return services.resume(**_posted_arguments(request, ref), decision=posted_field(request, "decision", 120))


def _revoke_certificate(request: HttpRequest, ref: str) -> object:
    more: dict[str, Any] = {
        "reason": posted_field(request, "reason", 40),
        "decision": posted_field(request, "decision", 120),
    }
    return services.revoke(**_posted_arguments(request, ref), **more)


def _correct_certificate(request: HttpRequest, ref: str) -> object:
    changed: dict[str, Any] = {
        name: posted_field(request, name, 400)
        for name in ("subject", "holder", "post_title", "device_serial")
        if name in request.POST
    }
    last = day_in(posted_field(request, "last_day", 10))
    if last is not None:
        changed["last_day"] = last
    return services.correct(**_posted_arguments(request, ref), **changed)


ACTS: dict[str, tuple[Callable[[HttpRequest, str], object], object]] = {
    "suspend": (_suspend_certificate, _lazy("Đã ghi tạm dừng.")),
    "resume": (_resume_certificate, _lazy("Đã ghi dùng lại.")),
    "revoke": (_revoke_certificate, _lazy("Đã ghi thu hồi.")),
    "correct": (_correct_certificate, _lazy("Đã sửa; điều ghi trước đó vẫn được giữ.")),
}


@require_http_methods(["GET", "POST"])
@login_required
def write_in(request: HttpRequest) -> HttpResponse:
    """Read a certificate's file to fill in the fields, look at them, and write it into the register."""
    by = actor_of(request)
    by.must_be_able_to(MANAGE_CERTIFICATES)
    context: dict[str, Any] = {
        "kinds": Version.Kind.choices,
        "devices": Version.Device.choices,
        "units": units.at(clock.today()),
        "values": {},
    }
    if request.method == "GET":
        return render(request, "certificates/write_in.html", context)
    try:
        if (upload := request.FILES.get("file")) is not None:
            certificate_content = reading_files.read_certificate_file(upload.read(reading_files.MOST_BYTES + 1))
            values = {name: getattr(certificate_content, name) for name in READ} | {
                "kind": certificate_content.kind.value,
                "first_day": certificate_content.first_day.isoformat(),
                "last_day": certificate_content.last_day.isoformat(),
                "holder": certificate_content.subject if certificate_content.kind.value != "organisation" else "",
                "post_title": certificate_content.title,
            }
            return render(request, "certificates/write_in.html", context | {"values": values, "was_read": True})
        version = services.write_in(**_posted_corrections(request), by=by, now=clock.now())
    except Refused as refusal:
        values = {name: posted_field(request, name, 400) for name in request.POST}
        return render(
            request, "certificates/write_in.html", context | {"refusal": refusal, "values": values}, status=422
        )
    messages.success(request, _("Đã ghi chứng thư vào sổ."))
    return redirect("certificates:one", ref=version.certificate.ref)


READ = ("issuer", "serial", "subject", "id_number", "key_usage")
TEXTS = {
    "issuer": 300,
    "serial": 80,
    "kind": 12,
    "holder": 150,
    "post_title": 150,
    "id_number": 12,
    "phone": 15,
    "subject": 400,
    "key_usage": 200,
    "device": 4,
    "device_serial": 64,
    "decision": 120,
    "note": 2000,
}


def _posted_corrections(request: HttpRequest) -> dict[str, Any]:
    values: dict[str, Any] = {name: posted_field(request, name, most) for name, most in TEXTS.items()}
    if values["kind"] not in Version.Kind.values or values["device"] not in Version.Device.values:
        raise Refused("bad_kind", _("Hãy chọn loại chứng thư và thiết bị."))
    days: dict[str, date | None] = {name: day_in(posted_field(request, name, 10)) for name in ("first_day", "last_day")}
    if None in days.values():
        raise Refused("no_days", _("Hãy ghi ngày bắt đầu và ngày hết hạn."))
    return values | days | {"unit": units.by_ref(posted_field(request, "unit", 40))}
