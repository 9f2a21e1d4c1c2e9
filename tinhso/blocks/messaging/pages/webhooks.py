"""What Zalo and Messenger call. Nobody logs in here: each call is signed over its bytes."""

from collections.abc import Callable, Sequence

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from tinhso.blocks.messaging import services
from tinhso.blocks.messaging.queries import webhooks
from tinhso.blocks.messaging.queries.webhooks import ArrivedMessage
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor, program_actor

ONE_IN = 60  # seconds: of refused calls of one kind one in so many is written down, so that nobody floods the audit log
LONGEST_CHALLENGE = 200
ZALO, MESSENGER = (program_actor(f"messaging.{name}", rights=["hear channels"]) for name in ("zalo", "messenger"))


@csrf_exempt
@never_cache
@require_POST
def zalo_webhook(request: HttpRequest) -> HttpResponse:
    """An event of the official account. Answered once it is kept; what it says is looked at afterwards."""

    def is_theirs(body: bytes) -> bool:
        text = request.headers.get("X-ZEvent-Signature", "")
        return webhooks.is_from_zalo(text, body, app_id=settings.ZALO_APP_ID, secret=settings.ZALO_SECRET)

    def messages_in(body: bytes) -> list[ArrivedMessage]:
        return webhooks.from_zalo(body, app_id=settings.ZALO_APP_ID)

    return _receive_webhook(request, bool(settings.ZALO_SECRET and settings.ZALO_APP_ID), is_theirs, messages_in, ZALO)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def messenger_webhook(request: HttpRequest) -> HttpResponse:
    """Messages to the page; by GET the platform asks once whether we are who they take us for."""
    if request.method == "GET":
        return _challenge_response(request)

    def is_theirs(body: bytes) -> bool:
        text = request.headers.get("X-Hub-Signature-256", "")
        return webhooks.is_from_messenger(text, body, secret=settings.MESSENGER_SECRET)

    return _receive_webhook(request, bool(settings.MESSENGER_SECRET), is_theirs, webhooks.from_messenger, MESSENGER)


def _challenge_response(request: HttpRequest) -> HttpResponse:
    right, text = settings.MESSENGER_VERIFY, request.GET.get("hub.verify_token", "")
    if not right or request.GET.get("hub.mode") != "subscribe" or not constant_time_compare(right, text):
        return HttpResponse(status=403 if right else 404)
    challenge = request.GET.get("hub.challenge", "")[:LONGEST_CHALLENGE]
    return HttpResponse(
        challenge, content_type="text/plain; charset=utf-8", headers={"X-Content-Type-Options": "nosniff"}
    )


def _receive_webhook(
    request: HttpRequest,
    is_on: bool,
    is_theirs: Callable[[bytes], bool],
    read: Callable[[bytes], Sequence[ArrivedMessage]],
    by: Actor,
) -> HttpResponse:
    if not is_on:
        return JsonResponse({"code": "off"}, status=404)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > webhooks.LONGEST_BODY:
        return JsonResponse({"code": "too_big"}, status=413)
    body = request.body
    if not is_theirs(body):
        return _reject_event(request, "bad_signature", 401, by)
    try:
        arrived = read(body)
    except webhooks.BadBody:
        return _reject_event(request, "bad_body", 400, by)
    incomings = services.receive_messages(arrived=arrived, by=by, now=clock.now())
    return JsonResponse({"code": "ok", "new": len(incomings)})


def _reject_event(request: HttpRequest, code: str, status: int, by: Actor) -> HttpResponse:
    channel = by.name.rpartition(".")[2]
    if cache.add(f"messaging.refused:{channel}:{code}", 1, ONE_IN):
        services.record_rejection(channel=channel, why=code, address=request.META.get("REMOTE_ADDR", ""), by=by)
    return JsonResponse({"code": code}, status=status)
