"""Telling people something on their channel: in order, at least once, and only while the platform allows it."""

import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app as queue

from tinhso.blocks.audit import services as audit
from tinhso.blocks.messaging import events
from tinhso.blocks.messaging.contract import TalkChoice
from tinhso.blocks.messaging.models import Correspondent, Outgoing
from tinhso.blocks.messaging.queries import channels, texts
from tinhso.blocks.messaging.queries.rules import ConversationLimits, rules
from tinhso.blocks.messaging.rights import ANSWER_CHANNELS
from tinhso.blocks.messaging.services import platforms
from tinhso.blocks.messaging.services.smpp import by_text
from tinhso.blocks.outbox import services as outbox
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.refs import new_ref

State = Outgoing.State
LONGEST = 2000
DICE = random.SystemRandom()


@dataclass(frozen=True)
class Thread:
    """The letter that is answered: what its subject becomes, and its number."""

    subject: str = ""
    answers: str = ""


NO_THREAD = Thread()


def queue_notice(*, channel: str, sender: str, text: str, now: datetime, key: str = "") -> Outgoing:
    """Tell somebody something about their report on the channel by which it came; with a ``key`` only once.

    Where the platform does not allow it any more, it goes to the e-mail address that they gave, or waits until they
    write again. Refuses somebody who never wrote, unless the channel is ``email``.
    """
    with transaction.atomic():
        who = channels.by_sender(channel, sender)
        if who is None and channel == "email":
            fresh = {"ref": new_ref("NT"), "first_at": now, "heard_at": now}
            who, _is_new = Correspondent.objects.get_or_create(channel=channel, sender=sender, defaults=fresh)
        if who is None:
            raise Refused("no_such_correspondent", _("Không tìm thấy người nhắn tin này."))
        return queue_reply(who, text, now=now, key=key)


def queue_reply(
    who: Correspondent,
    text: str,
    *,
    now: datetime,
    choices: Sequence[TalkChoice] = (),
    key: str = "",
    secret: str = "",
    by: str = "",
    thread: Thread = NO_THREAD,
) -> Outgoing:
    """Write down what somebody is to be told, after all else that they are told; the worker sends it.

    ``secret`` names what replaces the mark in ``text`` while it is sent (``contract.secret``).
    """
    with transaction.atomic():
        Correspondent.objects.select_for_update().get(pk=who.pk)
        earlier_reply = who.outgoing.filter(key=key).first() if key else None
        if earlier_reply is not None:
            return earlier_reply
        last = who.outgoing.aggregate(last=Max("number"))["last"] or 0
        outgoing = Outgoing.objects.create(
            correspondent=who,
            number=last + 1,
            key=key,
            secret=secret,
            text=text[:LONGEST],
            choices=[asdict(talk_choice) for talk_choice in choices],
            written_by=by,
            made_at=now,
            subject=thread.subject[:200],
            answers=thread.answers,
        )
        send_later(who)
        return outgoing


def send_later(who: Correspondent, *, at: datetime | None = None) -> None:
    """Let the worker send what waits for somebody, now or ``at``."""
    task = queue.configure_task("messaging.say", lock=f"say:{who.ref}", schedule_at=at)
    task.defer(correspondent=who.ref)


@transaction.atomic
def reply_by_hand(*, ref: str, text: str, by: Actor, now: datetime) -> Outgoing:
    """Answer somebody by hand."""
    by.must_be_able_to(ANSWER_CHANNELS)
    who = channels.by_ref(ref)
    words = text.replace("\0", "").strip()
    if not words:
        raise Refused("nothing_said", _("Hãy viết nội dung trả lời."))
    if len(words) > LONGEST:
        raise Refused("too_long", _("Tin trả lời dài quá %(most)s chữ; hãy viết ngắn lại."), most=LONGEST)
    outgoing = queue_reply(who, words, now=now, by=by.ref)
    audit.record(by=by, did="answered", to=who, after={"number": outgoing.number})
    return outgoing


def deliver_replies(*, ref: str, by: Actor, clock: Callable[[], datetime] = clock.now) -> int:
    """Send all that may go now to somebody; says how much. Stops at the first that does not get through yet."""
    by.must_be_able_to("speak on channels")
    who = channels.by_ref(ref)
    sent, fresh = 0, False
    while channels.can_speak(who.channel):
        line = by_text if who.channel == texts.CHANNEL else platforms.open_line(who.channel, now=clock(), fresh=fresh)
        try:
            if not _send_next(who, by, clock, line):
                break
        except platforms.TokenEnded:
            fresh = True
            continue
        sent, fresh = sent + 1, False
    return sent


@transaction.atomic
def _send_next(who: Correspondent, by: Actor, clock: Callable[[], datetime], line: platforms.Speaker) -> bool:
    """Send the first that waits; False where there is none, it may not go now, or another worker sends it."""
    now = clock()
    reply = _lock_next(who, now)
    if reply is None:
        return False
    who.refresh_from_db()
    if who.stopped_at is not None:
        _close_unsent(reply, State.SKIPPED, _("người này từ chối nhận tin"))
        return True
    reply.tries += 1
    ends = channels.window_ends(who)
    is_by_mail = ends is not None and now > ends
    if is_by_mail and not who.contact:
        _close_unsent(reply, State.HELD, _("đã quá thời gian kênh cho phép trả lời"))
        return True
    try:
        reply.platform_id = (platforms.by_mail if is_by_mail else line)(who, reply)[:300]
    except platforms.Rejected as problem:
        _record_failure(reply, f"{problem}", None, by)
        return True
    except platforms.NotDelivered as problem:
        _record_failure(reply, f"{problem}", _again_at(reply.tries, now, rules().limits), by)
        return reply.state == State.DEAD
    _note_sent(reply, "email" if is_by_mail else who.channel, clock())
    return True


def _lock_next(who: Correspondent, now: datetime) -> Outgoing | None:
    waiting = who.outgoing.filter(state=State.WAITING).order_by("number").first()
    if waiting is None or (waiting.next_at is not None and waiting.next_at > now):
        return None
    return who.outgoing.filter(pk=waiting.pk, state=State.WAITING).select_for_update(skip_locked=True).first()


def _close_unsent(reply: Outgoing, state: State, why: str) -> None:
    reply.state, reply.last_error = state, why
    reply.save(update_fields=["state", "last_error"])


def _note_sent(reply: Outgoing, via: str, now: datetime) -> None:
    reply.state, reply.sent_at, reply.via, reply.next_at, reply.last_error = State.SENT, now, via, None, ""
    reply.save(update_fields=["state", "sent_at", "via", "next_at", "tries", "platform_id", "last_error"])


def _again_at(tries: int, now: datetime, spoken: ConversationLimits) -> datetime | None:
    """When to try again: waits double, with up to half more or less of each; None after the last try."""
    if tries >= spoken.tries:
        return None
    wait = min(spoken.first * 2 ** min(tries - 1, 20), spoken.longest)
    return now + timedelta(seconds=wait.total_seconds() * DICE.uniform(0.5, 1.5))


def _record_failure(outgoing: Outgoing, why: str, again_at: datetime | None, by: Actor) -> None:
    outgoing.state, outgoing.next_at, outgoing.last_error = (
        (State.WAITING if again_at else State.DEAD),
        again_at,
        (why or "?")[:300],
    )
    outgoing.save(update_fields=["state", "next_at", "last_error", "tries"])
    if again_at:
        send_later(outgoing.correspondent, at=again_at)
        return
    who = outgoing.correspondent
    audit.record(by=by, did="gave up telling", to=who, after={"number": outgoing.number, "error": outgoing.last_error})
    outbox.emit(events.ReplyDied(correspondent=who.ref, number=outgoing.number, channel=who.channel))


@transaction.atomic
def mend_reply(*, pk: int, skip: bool, by: Actor, now: datetime) -> Outgoing:
    """Send a dead reply again, after all else, or leave it be."""
    by.must_be_able_to(ANSWER_CHANNELS)
    outgoing = channels.reply_by_pk(pk)
    locked = Outgoing.objects.select_for_update().get(pk=outgoing.pk)
    if locked.state != State.DEAD:
        raise Refused("not_dead", _("Tin này không còn ở tình trạng không gửi được."))
    locked.state, locked.next_at, locked.tries = (State.SKIPPED if skip else State.WAITING), None, 0
    locked.save(update_fields=["state", "next_at", "tries"])
    audit.record(
        by=by,
        did="skipped reply" if skip else "sent reply again",
        to=outgoing.correspondent,
        after={"number": outgoing.number},
    )
    if not skip:
        send_later(outgoing.correspondent)
    return locked


def release_held(who: Correspondent) -> None:
    """Send what waited for somebody to write again; call it in a transaction."""
    if who.outgoing.filter(state=State.HELD).update(state=State.WAITING, last_error=""):
        send_later(who)
