"""Reading conversations on channels."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from tinhso.blocks.messaging.contract import INTAKES, MARK, Intake, IntakePicture, KnownReport, TalkChoice, TalkDraft
from tinhso.blocks.messaging.contract.talk import Offers, Talk, TalkMessage
from tinhso.blocks.messaging.models import Conversation, Correspondent, Incoming, Outgoing, Received
from tinhso.blocks.messaging.queries.rules import rules
from tinhso.kernel.errors import Refused

State = Conversation.State
MOST_CHOICES = 6


def is_on(channel: str) -> bool:
    """Whether a channel is set up."""
    return {
        "zalo": bool(settings.ZALO_SECRET and settings.ZALO_APP_ID),
        "messenger": bool(settings.MESSENGER_SECRET),
        "email": bool(settings.MAILBOX),
        "sms": bool(settings.SMS_URL),
    }.get(channel, False)


def can_speak(channel: str) -> bool:
    """Whether we can answer there; what is to be said waits until we can."""
    return {
        "zalo": bool(settings.ZALO_APP_ID and settings.ZALO_APP_SECRET),
        "messenger": bool(settings.MESSENGER_TOKEN),
        "email": True,
        "sms": bool(settings.SMS_URL),
    }.get(channel, False)


def draft_intake() -> Intake | None:
    """Who takes drafts: whom ``channels.toml`` names, or the only one there is."""
    named = rules().intake
    if named:
        return INTAKES.get(named)
    return next(iter(INTAKES.values())) if len(INTAKES) == 1 else None


class IntakeOfferSource:
    """The world of a conversation: asks the intake."""

    def __init__(self, taker: Intake, *, now: datetime, day: date) -> None:
        self.taker, self.now, self.day = taker, now, day

    def suggest(self, text: str) -> Sequence[TalkChoice]:
        """What a text is about, best first, then the rest, as many as one can read at a glance."""
        best: list[TalkChoice] = []
        with suppress(Refused):
            best = list(self.taker.suggest(text=text, day=self.day))
        codes = {talk_choice.code for talk_choice in best}
        rest = [talk_choice for talk_choice in self.taker.categories(day=self.day) if talk_choice.code not in codes]
        return (best + rest)[: max(MOST_CHOICES, len(best))]

    def nearby(self, talk: Talk) -> Sequence[KnownReport]:
        """Similar reports near the place that was told."""
        if talk.longitude is None or talk.latitude is None:
            return []
        try:
            known_reports = self.taker.nearby(
                longitude=talk.longitude, latitude=talk.latitude, category=talk.category, text=talk.text, now=self.now
            )
        except Refused:  # a place where nothing is known; whether it is taken is said in the end
            return []
        return list(known_reports)[:3]


def key_of(pk: int) -> str:
    """By which a conversation knows a message; sorts as the number does."""
    return f"{pk:012d}"


def said_in(rows: Sequence[Incoming]) -> list[TalkMessage]:
    """Messages as the conversation reads them."""
    pictures: dict[int, list[str]] = {}
    for pk, incoming in (
        Received.objects.filter(incoming__in=rows).order_by("position").values_list("pk", "incoming_id")
    ):
        pictures.setdefault(incoming, []).append(str(pk))
    return [
        TalkMessage(
            key=key_of(row.pk),
            at=row.sent_at,
            text=row.text,
            choice=row.choice,
            photos=tuple(pictures.get(row.pk, [])),
            longitude=row.longitude,
            latitude=row.latitude,
        )
        for row in rows
    ]


def offers_of(values: dict[str, object]) -> Offers:
    """Offers as they were kept."""
    raw_categories, raw_known = values.get("categories"), values.get("known") or []
    categories = None
    if isinstance(raw_categories, list):
        categories = tuple(TalkChoice(**raw_category) for raw_category in raw_categories)
    known_reports = (
        tuple(KnownReport(**report_values) for report_values in raw_known) if isinstance(raw_known, list) else ()
    )
    return Offers(categories, known_reports, str(values.get("near") or ""))


def address_of(path: str) -> str:
    """A page's whole address, for people who are elsewhere; of a path that is filled in later as well."""
    return f"{settings.PUBLIC_URL}{path}" if path.startswith(("/", MARK)) else path


def draft_of(conversation: Conversation, talk: Talk) -> TalkDraft:
    """What is handed over: what was told, with the pictures that could be kept."""
    who = conversation.correspondent
    receiveds = Received.objects.filter(pk__in=[int(photo_key) for photo_key in talk.photos], state=Received.State.KEPT)
    files = [
        IntakePicture(received.sha256, received.kind, received.name)
        for received in receiveds.order_by("incoming__sent_at", "position")
    ]
    return TalkDraft(
        request=conversation.request,
        channel=who.channel,
        sender=who.sender,
        sender_name=who.name,
        contact=who.contact,
        text=talk.text,
        longitude=talk.longitude,
        latitude=talk.latitude,
        address=talk.address,
        category=talk.category,
        attachments=tuple(files),
        sent_at=conversation.ends_at or conversation.heard_at,
    )


def waits_for_pictures(conversation: Conversation) -> bool:
    """Whether a picture of the conversation is still being fetched."""
    return Received.objects.filter(incoming__conversation=conversation, state=Received.State.WAITING).exists()


def filtered_correspondents(*, channel: str = "", state: str = "", words: str = "") -> QuerySet[Correspondent]:
    """People by when they last wrote, with how many replies of theirs are dead and how their last conversation is."""
    last = Conversation.objects.filter(correspondent=OuterRef("pk")).order_by("-number")
    correspondents = Correspondent.objects.annotate(
        dead=Count("outgoing", filter=Q(outgoing__state=Outgoing.State.DEAD)),
        state=Subquery(last.values("state")[:1]),
        reference=Subquery(last.values("reference")[:1]),
    ).order_by("-heard_at", "-pk")
    if channel:
        correspondents = correspondents.filter(channel=channel)
    if state:
        correspondents = correspondents.filter(state=state)
    if words:
        correspondents = correspondents.filter(
            Q(ref__iexact=words) | Q(conversations__reference__iexact=words)
        ).distinct()
    return correspondents


def by_ref(ref: str) -> Correspondent:
    """One person; refuses what is not there."""
    correspondent = Correspondent.objects.filter(ref=ref).first()
    if correspondent is None:
        raise Refused("no_such_correspondent", _("Không tìm thấy người nhắn tin này."))
    return correspondent


def by_sender(channel: str, sender: str) -> Correspondent | None:
    """Who writes under this number on a channel."""
    return Correspondent.objects.filter(channel=channel, sender=sender).first()


def heard_from(who: Correspondent, *, limit: int = 200) -> list[Incoming]:
    """What somebody wrote last, oldest first."""
    incomings = (
        who.incoming.prefetch_related("received").select_related("conversation").order_by("-sent_at", "-pk")[:limit]
    )
    return list(incomings)[::-1]


def received_picture(who: Correspondent, sha256: str) -> Received | None:
    """A picture that somebody sent, as long as it is kept."""
    return Received.objects.filter(incoming__correspondent=who, sha256=sha256, state=Received.State.KEPT).first()


def sent_messages(who: Correspondent, *, limit: int = 200) -> list[Outgoing]:
    """What somebody was told last, oldest first."""
    return list(who.outgoing.order_by("-number")[:limit])[::-1]


def dead_replies() -> QuerySet[Outgoing]:
    """What could not be told, newest first."""
    return (
        Outgoing.objects.filter(state=Outgoing.State.DEAD).select_related("correspondent").order_by("-made_at", "-pk")
    )


def reply_by_pk(pk: int) -> Outgoing:
    """One reply; refuses what is not there."""
    outgoing = Outgoing.objects.filter(pk=pk).select_related("correspondent").first()
    if outgoing is None:
        raise Refused("no_such_message", _("Không tìm thấy tin nhắn này."))
    return outgoing


def window_ends(who: Correspondent) -> datetime | None:
    """Until when the platform lets us write to somebody; None where it does not matter."""
    window = rules().windows.get(who.channel)
    return who.heard_at + window if window else None


def masked_sender(who: Correspondent) -> str:
    """Who it is, for those who need not know exactly: ``ng***@vidu.vn``, ``…4321``."""
    name, at, domain = who.sender.partition("@")
    return f"{name[:2]}***@{domain}" if at else f"…{name[-4:]}"


def pictures_before(received: Received, *, since: datetime) -> int:
    """How many pictures the same person sent before this one, since a moment."""
    who = received.incoming.correspondent_id
    return Received.objects.filter(incoming__correspondent=who, incoming__came_at__gt=since, pk__lt=received.pk).count()


def resting_conversations(*, before: datetime) -> list[Conversation]:
    """Open conversations in which nothing was heard since ``before``."""
    return list(Conversation.objects.filter(state=State.OPEN, heard_at__lt=before).order_by("pk")[:500])


def left_lying(*, now: datetime) -> list[Correspondent]:
    """People whose messages or drafts wait longer than any job takes: one has died with its worker."""
    old = now - timedelta(minutes=5)
    new = Q(incoming__state=Incoming.State.NEW, incoming__came_at__lt=old)
    handing = Q(conversations__state=State.HANDING, conversations__heard_at__lt=old)
    return list(Correspondent.objects.filter(new | handing).distinct()[:500])


def not_told(*, now: datetime) -> list[Correspondent]:
    """People for whom something waits that may go now."""
    due = Q(outgoing__next_at=None) | Q(outgoing__next_at__lte=now)
    return list(Correspondent.objects.filter(due, outgoing__state=Outgoing.State.WAITING).distinct()[:500])


def not_fetched(*, now: datetime) -> list[Received]:
    """Pictures that still wait although they came a while ago."""
    waiting = Received.objects.filter(state=Received.State.WAITING, incoming__came_at__lt=now - timedelta(minutes=5))
    return list(waiting.order_by("pk")[:500])
