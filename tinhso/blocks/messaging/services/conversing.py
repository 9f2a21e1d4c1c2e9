"""What becomes of what people say: questions, answers, and at the end a draft that is handed over once."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import translation

from tinhso.blocks.audit import services as audit
from tinhso.blocks.messaging import events
from tinhso.blocks.messaging.contract import MARK, Intake, IntakeResult
from tinhso.blocks.messaging.contract.talk import (
    Offers,
    Talk,
    TalkEnding,
    TalkMessage,
    TalkQuestion,
    in_order,
    next_question,
    replay_messages,
    settle_talk,
)
from tinhso.blocks.messaging.models import Conversation, Correspondent, Incoming
from tinhso.blocks.messaging.queries import channels, letters, wording
from tinhso.blocks.messaging.queries.rules import rules
from tinhso.blocks.messaging.services import answering, asides, limiting
from tinhso.blocks.outbox import services as outbox
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.context import served_province

State = Conversation.State
RIGHT = "hold conversations"


def converse(*, ref: str, by: Actor, now: datetime) -> None:
    """Look at all that somebody said and was not looked at yet; then hand over what is finished."""
    by.must_be_able_to(RIGHT)
    while _hear_new_messages(ref, by, now):
        pass
    for conversation in Conversation.objects.filter(correspondent__ref=ref, state=State.HANDING).order_by("number"):
        _hand_over(conversation, by, now)


@transaction.atomic
def _hear_new_messages(ref: str, by: Actor, now: datetime) -> bool:
    """Look at what is new; True where something is left for a further conversation."""
    who = Correspondent.objects.select_for_update().get(ref=ref)
    fresh = list(who.incoming.filter(state=Incoming.State.NEW).order_by("sent_at", "pk"))
    fresh = limiting.within_limits(who, _in_time(who, fresh, by), by, now)
    if not fresh:
        return False
    who.heard_at = max(who.heard_at, *(incoming.sent_at for incoming in fresh))
    who.language = asides.language_of(who, fresh)
    who.save(update_fields=["heard_at", "language"])
    answering.release_held(who)
    taker = channels.draft_intake()
    if taker is None:
        _turn_away(who, fresh, now)
        return False
    return _go_on(_current_conversation(who, fresh, now), fresh, taker, by, now)


def _in_time(who: Correspondent, fresh: list[Incoming], by: Actor) -> list[Incoming]:
    """Those that do not belong to a conversation that is over. What is older than its end came too late for it."""
    last = who.conversations.exclude(state=State.OPEN).order_by("-number").first()
    if last is None or last.ends_at is None:
        return fresh
    late = [fresh_message for fresh_message in fresh if fresh_message.sent_at < last.ends_at]
    for incoming in late:
        incoming.conversation, incoming.state = last, Incoming.State.LATE
        if last.state == State.HANDING:
            incoming.state = Incoming.State.DONE
        incoming.save(update_fields=["conversation", "state"])
        audit.record(
            by=by,
            did="heard late",
            to=last.correspondent,
            after={"conversation": last.number, "counts": incoming.state == Incoming.State.DONE},
        )
    return [incoming for incoming in fresh if incoming not in late]


def _turn_away(who: Correspondent, fresh: list[Incoming], now: datetime) -> None:
    for incoming in fresh:
        incoming.state = Incoming.State.DONE
        incoming.save(update_fields=["state"])
    text, _none = wording.in_language(who.language, lambda: (wording.no_intake(), []))
    answering.queue_reply(who, text, now=now)


def _current_conversation(who: Correspondent, fresh: list[Incoming], now: datetime) -> Conversation:
    """The one that goes on, or the next one."""
    conversation = who.conversations.filter(state=State.OPEN).first()
    if conversation is None:
        number = (who.conversations.aggregate(last=Max("number"))["last"] or 0) + 1
        conversation = Conversation(
            correspondent=who, number=number, started_at=fresh[0].sent_at, heard_at=fresh[0].sent_at
        )
        conversation.save()
    return conversation


def _go_on(conversation: Conversation, fresh: list[Incoming], taker: Intake, by: Actor, now: datetime) -> bool:
    rows = [*conversation.incoming.exclude(state=Incoming.State.LATE), *fresh]
    talk_messages, world = (
        channels.said_in(rows),
        channels.IntakeOfferSource(taker, now=now, day=clock.local(now).date()),
    )
    talk, offers = settle_talk(
        talk_messages, channels.offers_of(conversation.offers), world, refused=frozenset(conversation.refused)
    )
    counted = {talk_message.key for talk_message in talk_messages}
    if talk.ended is not None:
        end = (talk.ended.at, talk.ended.key)
        counted = {
            talk_message.key for talk_message in in_order(talk_messages) if (talk_message.at, talk_message.key) <= end
        }
    _assign_messages(rows, counted, conversation)
    mine = [row for row in fresh if channels.key_of(row.pk) in counted]
    conversation.offers, conversation.heard_at = (
        _stored_offers(offers),
        max(conversation.heard_at, *(row.sent_at for row in rows if channels.key_of(row.pk) in counted)),
    )
    answered = asides.answer_asides(conversation.correspondent, mine, taker, now)
    if talk.end:
        _end_conversation(conversation, talk, now)
    else:
        _ask_for_missing(
            conversation, _talk_before(conversation, talk_messages, fresh), talk, offers, mine, answered, now
        )
    conversation.save()
    return len(counted) < len(rows)


def _assign_messages(rows: list[Incoming], counted: set[str], conversation: Conversation) -> None:
    """Those that count belong to the conversation, the others wait for the next one."""
    for row in rows:
        counts = channels.key_of(row.pk) in counted
        place, state = (conversation.pk, Incoming.State.DONE) if counts else (None, Incoming.State.NEW)
        if (row.conversation_id, row.state) != (place, state):
            row.conversation_id, row.state = place, state
            row.save(update_fields=["conversation", "state"])


def _talk_before(conversation: Conversation, talk_messages: list[TalkMessage], fresh: list[Incoming]) -> Talk:
    """What was told before what is new."""
    new = {channels.key_of(row.pk) for row in fresh}
    former = [talk_message for talk_message in talk_messages if talk_message.key not in new]
    return replay_messages(former, channels.offers_of(conversation.offers), refused=frozenset(conversation.refused))


def _talk_of(conversation: Conversation) -> Talk:
    """What was told in a conversation."""
    rows = list(conversation.incoming.exclude(state=Incoming.State.LATE))
    return replay_messages(
        channels.said_in(rows), channels.offers_of(conversation.offers), refused=frozenset(conversation.refused)
    )


def _stored_offers(offers: Offers) -> dict[str, object]:
    categories = None if offers.categories is None else [asdict(talk_choice) for talk_choice in offers.categories]
    return {
        "categories": categories,
        "known": [asdict(known_report) for known_report in offers.known],
        "near": offers.near,
    }


def _ask_for_missing(
    conversation: Conversation,
    before: Talk,
    talk: Talk,
    offers: Offers,
    mine: list[Incoming],
    answered: bool,
    now: datetime,
) -> None:
    """Ask for what is missing, unless that was asked already and what came since was understood."""
    talk_question = next_question(talk, offers)
    is_new = talk_question != conversation.asked or (talk_question == TalkQuestion.CONFIRM and talk != before)
    if not is_new and (talk.understood or answered):
        return
    who, first = conversation.correspondent, not conversation.asked and conversation.number == 1

    def words() -> wording.Line:
        question_text, choices = wording.question_line(talk_question, talk, offers, page=channels.address_of)
        if not is_new:
            odd = all(row.kind == "other" for row in mine)
            question_text = f"{wording.unreadable_text() if odd else wording.not_understood()} {question_text}"
        if first and not answered:
            question_text = f"{wording.greeting_text(served_province().title)} {question_text}"
        return question_text, choices

    text, choices = wording.in_language(who.language, words)
    answering.queue_reply(who, text, now=now, choices=choices)
    conversation.asked = talk_question


def _end_conversation(conversation: Conversation, talk: Talk, now: datetime) -> None:
    """Close the conversation as the person wished; a draft is handed over afterwards, outside this transaction."""
    conversation.ends_at = talk.ended.at if talk.ended else now
    if talk.end == TalkEnding.CANCELLED:
        conversation.state = State.CANCELLED
        who, nothing = conversation.correspondent, talk.is_empty
        text, _none = wording.in_language(who.language, lambda: (wording.cancelled_text(nothing), []))
        answering.queue_reply(who, text, now=now)
        return
    conversation.state, conversation.follow = State.HANDING, talk.follow


def _hand_over(conversation: Conversation, by: Actor, now: datetime) -> None:
    """Give the draft to the intake, in no transaction: it may take files in. The same request is the same draft, so
    that a worker that dies between its answer and ours asks again without harm."""
    taker = channels.draft_intake()
    if taker is None or channels.waits_for_pictures(conversation):
        return
    who = conversation.correspondent
    if not conversation.follow and limiting.has_had_enough(who, now):
        _report_refusal(conversation, "", now)
        return
    with translation.override(who.language):
        try:
            intake_result = _given_to(taker, conversation, now)
        except Refused as refusal:
            _report_refusal(conversation, refusal.message, now)
            return
    _record_hand_over(conversation, intake_result, by, now)


def _given_to(taker: Intake, conversation: Conversation, now: datetime) -> IntakeResult:
    who = conversation.correspondent
    if conversation.follow:
        return taker.follow(conversation.follow, channel=who.channel, sender=who.sender, now=now)
    talk = letters.talk_of(conversation, taker, now) if who.channel == "email" else _talk_of(conversation)
    return taker.take(channels.draft_of(conversation, talk), now=now)


@transaction.atomic
def _record_hand_over(one: Conversation, taken: IntakeResult, by: Actor, now: datetime) -> None:
    one = Conversation.objects.select_for_update(of=("self",)).select_related("correspondent").get(pk=one.pk)
    if one.state != State.HANDING:
        return
    who, followed = one.correspondent, bool(one.follow)
    one.state, one.reference = State.FOLLOWED if followed else State.HANDED, taken.ref
    one.address = taken.address
    one.save(update_fields=["state", "reference", "address"])
    page = channels.address_of(MARK if taken.secret else taken.address)
    text, _none = wording.in_language(
        who.language, lambda: (wording.report_taken_text(taken.said, taken.ref, page), [])
    )
    answering.queue_reply(
        who, text, now=now, key=f"taken:{one.number}", secret=taken.secret, thread=asides.thread_of(one)
    )
    audit.record(by=by, did="handed over draft", to=who, after={"conversation": one.number, "reference": taken.ref})
    outbox.emit(events.DraftHandedOver(one.request, who.channel, taken.ref, followed))


@transaction.atomic
def _report_refusal(one: Conversation, why: str, now: datetime) -> None:
    """Say why, and go on where that is still possible: the person may tell something else and send again."""
    who = Correspondent.objects.select_for_update().get(pk=one.correspondent_id)
    goes_on = why and who.channel != "email" and not who.conversations.filter(state=State.OPEN).exists()
    one.state = State.OPEN if goes_on else State.REFUSED
    if goes_on:
        ended = one.incoming.filter(state=Incoming.State.DONE).order_by("sent_at", "pk").last()
        one.refused = [*one.refused, *([channels.key_of(ended.pk)] if ended else [])]
        one.ends_at, one.follow = None, ""
    one.save(update_fields=["state", "refused", "ends_at", "follow"])
    text, _none = wording.in_language(
        who.language, lambda: (wording.not_accepted(why) if why else wording.too_many_drafts(), [])
    )
    answering.queue_reply(who, text, now=now, thread=asides.thread_of(one))


def end_resting(*, by: Actor, now: datetime) -> int:
    """End conversations in which nothing was heard for long, and say so politely where something was told."""
    by.must_be_able_to(RIGHT)
    rest = rules().limits.rest
    ended = 0
    for resting_conversation in channels.resting_conversations(before=now - rest):
        with transaction.atomic():
            who = Correspondent.objects.select_for_update().get(pk=resting_conversation.correspondent_id)
            conversation = Conversation.objects.select_for_update().get(pk=resting_conversation.pk)
            if conversation.state != State.OPEN or conversation.heard_at >= now - rest:
                continue
            conversation.state, conversation.ends_at = State.EXPIRED, conversation.heard_at
            conversation.save(update_fields=["state", "ends_at"])
            text, _none = wording.in_language(who.language, lambda: (wording.expired_text(rest), []))
            if conversation.asked not in ("", TalkQuestion.WHAT):
                answering.queue_reply(who, text, now=now, key=f"expired:{conversation.number}")
            ended += 1
    return ended
