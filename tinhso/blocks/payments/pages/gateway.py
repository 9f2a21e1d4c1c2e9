"""What the gateway and the bank call, and where a payer comes back. Nobody logs in here: each message is signed."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.blocks.payments import services
from tinhso.blocks.payments.queries import gateway
from tinhso.blocks.payments.rights import HEAR_BANKS
from tinhso.blocks.payments.services.gateway import BAD_SIGNATURE, SUBJECT, TROUBLE
from tinhso.blocks.payments.services.transfers import ArrivedTransfer
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor
from tinhso.kernel.errors import Refused

LONGEST, MOST_PARTS = 4096, 40  # bytes and fields of a notice
LONGEST_NOTICE = 16 * 1024
FRESH = 300  # seconds that a bank's notice may be old
GATEWAY, BANK = program_actor("payments-gateway", rights=[]), program_actor("payments-bank", rights=[HEAR_BANKS])


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def ipn(request: HttpRequest) -> HttpResponse:
    """The gateway's notice. Its answer is always 200 with a code: the gateway asks again where it is not content."""
    values = _notice_fields(request)
    if values is None:
        about = (SUBJECT, "?")
        services.refused_notice(about=about, by=GATEWAY, code=BAD_SIGNATURE.code, words="not one notice, or too long")
        return _notice_answer(BAD_SIGNATURE.code, BAD_SIGNATURE.words)
    try:
        answer = services.hear_gateway(told=values, by=GATEWAY, now=clock.now(), sent=_signed_query(request))
    except Refused:
        return _notice_answer(TROUBLE.code, TROUBLE.words)
    return _notice_answer(answer.code, answer.words)


def _notice_fields(request: HttpRequest) -> Mapping[str, str] | None:
    """The fields of a notice; None for one that is too long, or says something twice."""
    if len(request.META.get("QUERY_STRING", "")) > LONGEST or int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST:
        return None
    if request.method == "POST":
        _content = request.body  # read before its fields are, which leave nothing to be read
    notice_params = request.POST if request.method == "POST" else request.GET
    if len(notice_params) > MOST_PARTS or any(len(values) != 1 for _name, values in notice_params.lists()):
        return None
    return {name: str(value) for name, value in notice_params.items() if name.startswith(gateway.PREFIX)}


def _signed_query(request: HttpRequest) -> str:
    """The notice letter by letter, over which it was signed."""
    if request.method == "POST":
        return request.body.decode("utf-8", "surrogateescape")
    return str(request.META.get("QUERY_STRING", ""))


def _notice_answer(code: str, words: str) -> JsonResponse:
    return JsonResponse({"RspCode": code, "Message": words})


@require_safe
@never_cache
def return_from_gateway(request: HttpRequest) -> HttpResponse:
    """Where the gateway sends a payer back: on to the payer's page. It never says that something was paid: only the
    gateway's own notice does."""
    values = _notice_fields(request) or {}
    attempt = gateway.attempt_by_number(values.get("vnp_TxnRef", ""))
    if attempt is None or not gateway.is_signed(values, settings.PAYMENT_GATEWAY_SECRET, sent=_signed_query(request)):
        return render(request, "payments/lost.html", status=404)
    return redirect(f"{reverse('payments:pay', args=[attempt.order.ref])}?{urlencode({'k': attempt.order.secret})}")


@csrf_exempt
@never_cache
@require_POST
def bank_notice(request: HttpRequest) -> HttpResponse:
    """A bank's notice that money arrived: JSON, signed over its time and its bytes."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST_NOTICE:
        return _not_believed("too_big", 413)
    body = request.body
    if not _is_from_bank(request.headers.get("X-Signature", ""), body):
        return _not_believed("bad_signature", 401)
    notice_line = _line_of_notice(body)
    if notice_line is None:
        return _not_believed("bad_notice", 400)
    bank_bin, number, line = notice_line
    try:
        row, new = services.hear_bank(bank_bin=bank_bin, number=number, arrived=line, by=BANK, now=clock.now())
    except Refused as refusal:
        return _not_believed(refusal.code, 404 if refusal.code == "unknown_account" else 409)
    return JsonResponse({"code": "new" if new else "known", "ref": row.ref})


def _not_believed(code: str, status: int) -> JsonResponse:
    services.refused_notice(about=("payments.Transfer", "?"), by=BANK, code=code)
    return JsonResponse({"code": code}, status=status)


def _is_from_bank(text: str, body: bytes) -> bool:
    match = re.fullmatch(r"t=(\d{1,12}),v1=([0-9a-f]{64})", text)
    if match is None or not settings.BANK_NOTICE_SECRET:
        return False
    right = hmac.new(settings.BANK_NOTICE_SECRET.encode(), match[1].encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(right, match[2]) and abs(clock.now().timestamp() - int(match[1])) <= FRESH


def _line_of_notice(body: bytes) -> tuple[str, str, ArrivedTransfer] | None:
    """Account and line in a notice; None where something is missing or of another kind."""
    try:
        notice: Any = json.loads(body)
        words = {
            name: str(notice.get(name, "")).replace("\0", "") for name in ("bin", "account", "id", "content", "payer")
        }
        day, amount = date.fromisoformat(notice["day"]), notice["amount"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if type(amount) is not int or not 0 < amount <= 10**13 or not 0 < len(words["id"]) <= 60:
        return None
    return words["bin"], words["account"], ArrivedTransfer(words["id"], day, amount, words["content"], words["payer"])
