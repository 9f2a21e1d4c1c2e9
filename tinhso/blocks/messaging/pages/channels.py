"""Conversations on channels for those who look after them; the addresses that platforms call."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tinhso.blocks.audit import services as audit
from tinhso.blocks.messaging import services
from tinhso.blocks.messaging.models import Channel, Conversation
from tinhso.blocks.messaging.pages import webhooks
from tinhso.blocks.messaging.queries import blobs, channels, texts
from tinhso.blocks.messaging.rights import ANSWER_CHANNELS, SEE_CHANNELS
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import actor_of, perform_with_message
from tinhso.ui.request_params import query_param

A_PAGE = 50
TONES = {
    "open": "info",
    "handing": "info",
    "handed": "good",
    "followed": "good",
    "cancelled": "",
    "expired": "",
    "refused": "warn",
}
OUT_TONES = {"waiting": "info", "sent": "good", "held": "warn", "dead": "bad", "skipped": ""}


def _channel_watcher(request: HttpRequest) -> Actor:
    by = actor_of(request)
    by.must_be_able_to(SEE_CHANNELS)
    return by


@require_safe
@login_required
def correspondents_page(request: HttpRequest) -> HttpResponse:
    """Who wrote, the last one first; nobody is named."""
    _channel_watcher(request)
    channel, state, words = (
        query_param(request, "channel", 60),
        query_param(request, "state", 60),
        query_param(request, "q", 60),
    )
    names = {str(channel_choice): str(channel_choice.label) for channel_choice in Channel}
    channel = channel if channel in names else ""
    state = state if state in Conversation.State.values else ""
    paginator = Paginator(channels.filtered_correspondents(channel=channel, state=state, words=words), A_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    tabs = [{"label": _("tất cả"), "href": "?", "active": not channel}]
    tabs += [
        {"label": name, "href": f"?{urlencode({'channel': channel_choice})}", "active": channel_choice == channel}
        for channel_choice, name in names.items()
    ]
    labels = dict(Conversation.State.choices)
    context = {
        "page": page,
        "lines": [
            (who, channels.masked_sender(who), labels.get(who.state, ""), TONES.get(who.state, ""))  # type: ignore[attr-defined]
            for who in page
        ],
        "tabs": tabs,
        "words": words,
        "channel": channel,
        "on": [
            (name, channels.is_on(channel_choice), channels.can_speak(channel_choice))
            for channel_choice, name in names.items()
        ],
        "dead": channels.dead_replies().count(),
        "bill": texts.text_bill(clock.now()) if channel == texts.CHANNEL or texts.is_on() else None,
        "has_intake": channels.draft_intake() is not None,
    }
    return render(request, "messaging/people.html", context)


@require_safe
@login_required
def correspondent_page(request: HttpRequest, ref: str) -> HttpResponse:
    """What one person and the province wrote to each other. Each look is written down."""
    by = _channel_watcher(request)
    try:
        who = channels.by_ref(ref)
    except Refused as refusal:
        return render(request, "error.html", {"status": 404, "message": refusal.message}, status=404)
    audit.record_view(by=by, what=who, why="conversation")
    lines = [{"at": incoming.sent_at, "in": incoming} for incoming in channels.heard_from(who)]
    lines += [
        {"at": outgoing.sent_at or outgoing.made_at, "out": outgoing, "tone": OUT_TONES[outgoing.state]}
        for outgoing in channels.sent_messages(who)
    ]
    ends, now = channels.window_ends(who), clock.now()
    context = {
        "who": who,
        "masked": channels.masked_sender(who),
        "lines": sorted(lines, key=lambda line: line["at"]),  # type: ignore[arg-type,return-value]
        "conversations": [
            (conversation, TONES[conversation.state]) for conversation in who.conversations.order_by("-number")[:20]
        ],
        "may_answer": by.can(ANSWER_CHANNELS),
        "ends": ends,
        "is_over": ends is not None and ends < now,
        "can_speak": channels.can_speak(who.channel),
    }
    return render(request, "messaging/person.html", context)


@require_safe
@login_required
def correspondent_picture(request: HttpRequest, ref: str, sha256: str) -> HttpResponseBase:
    """A picture that somebody sent."""
    by = _channel_watcher(request)
    who = channels.by_ref(ref)
    received = channels.received_picture(who, sha256)
    if received is None:
        raise Refused("no_such_file", _("Không tìm thấy tệp này."))
    audit.record_view(by=by, what=who, why="picture")
    opened = blobs.path_of(received.sha256).open("rb")
    return FileResponse(opened, content_type=received.kind, filename=received.name, as_attachment=True)


@require_POST
@login_required
def answer_correspondent(request: HttpRequest, ref: str) -> HttpResponse:
    """Write to somebody by hand."""
    by, text = actor_of(request), request.POST.get("text", "")
    by.must_be_able_to(ANSWER_CHANNELS)
    perform_with_message(
        request, lambda: services.reply_by_hand(ref=ref, text=text, by=by, now=clock.now()), _("Đã xếp tin để gửi.")
    )
    return redirect("channels:person", ref=ref)


@require_safe
@login_required
def dead_replies_page(request: HttpRequest) -> HttpResponse:
    """Replies that could not be sent."""
    by = _channel_watcher(request)
    page = Paginator(channels.dead_replies(), A_PAGE).get_page(request.GET.get("page"))
    lines = [(outgoing, channels.masked_sender(outgoing.correspondent)) for outgoing in page]
    return render(request, "messaging/dead.html", {"page": page, "lines": lines, "may_answer": by.can(ANSWER_CHANNELS)})


@require_POST
@login_required
def mend_reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a dead reply again, or leave it be."""
    by, skip = actor_of(request), request.POST.get("act") == "skip"
    by.must_be_able_to(ANSWER_CHANNELS)
    text = _("Đã bỏ qua tin này.") if skip else _("Tin được xếp lại để gửi.")
    perform_with_message(request, lambda: services.mend_reply(pk=pk, skip=skip, by=by, now=clock.now()), text)
    return redirect("channels:dead")


app_name = "channels"
urlpatterns = [
    path("zalo/webhook", webhooks.zalo_webhook, name="zalo"),
    path("messenger/webhook", webhooks.messenger_webhook, name="messenger"),
    path("", correspondents_page, name="list"),
    path("unsent/", dead_replies_page, name="dead"),
    path("unsent/<int:pk>/mend/", mend_reply, name="mend"),
    path("<str:ref>/", correspondent_page, name="person"),
    path("<str:ref>/answer/", answer_correspondent, name="answer"),
    path("<str:ref>/pictures/<str:sha256>/", correspondent_picture, name="picture"),
]
