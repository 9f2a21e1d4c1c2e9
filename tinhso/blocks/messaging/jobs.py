"""Mail and notifications on devices; conversations on channels: heard, answered, tidied up by the worker."""

from contextlib import suppress
from typing import Any

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.tasks import Task

from tinhso.blocks.messaging import events, services
from tinhso.blocks.messaging.contract import register_live_event
from tinhso.blocks.messaging.queries import channels
from tinhso.blocks.messaging.rights import SEE_CHANNELS
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor

WORKER = program_actor(
    "messaging",
    rights=["hear channels", "hold conversations", "speak on channels", "fetch pictures", "forget channels"],
)
PATIENT = RetryStrategy(max_attempts=12, wait=2, exponential_wait=2)

register_live_event(events.DraftHandedOver, right=SEE_CHANNELS)
register_live_event(events.ReplyDied, right=SEE_CHANNELS)


@app.task(name="messaging.mail", queue="mail", retry=RetryStrategy(max_attempts=10, wait=10, exponential_wait=3))
def send_mail(message_id: int) -> None:
    """Send one message's mail; a mail server that is away is asked again later."""
    services.send_mail_of(pk=message_id, now=clock.now())


@app.task(name="messaging.push", queue="push", retry=RetryStrategy(max_attempts=6, wait=10, exponential_wait=4))
def push_message(message_id: int, device: str) -> None:
    """Push one message to one device; a push service that is away is asked again later, for some hours."""
    services.push_message(pk=message_id, ref=device, now=clock.now())


@app.task(name="messaging.hear", queue="channels", retry=PATIENT)
def hear_correspondent(correspondent: str) -> None:
    """Look at what somebody said; the queue's lock keeps the order per person."""
    services.converse(ref=correspondent, by=WORKER, now=clock.now())


@app.task(name="messaging.say", queue="channels", retry=PATIENT)
def send_replies(correspondent: str) -> None:
    """Send what waits for somebody."""
    services.deliver_replies(ref=correspondent, by=WORKER)


@app.task(name="messaging.fetch", queue="channels", retry=PATIENT)
def fetch_picture(received_id: int) -> None:
    """Fetch a picture that somebody sent."""
    services.fetch_picture(pk=received_id, by=WORKER, now=clock.now())


@app.periodic(cron="* * * * *")
@app.task(
    name="messaging.read_mailbox", queue="channels", queueing_lock="messaging.read_mailbox", lock="messaging.mailbox"
)
def read_mailbox(timestamp: int) -> None:
    """Take in new letters; a mail server that is away is asked again the next minute."""
    services.read_mailbox(by=WORKER)


@app.periodic(cron="* * * * *")
@app.task(name="messaging.read_texts", queue="channels", queueing_lock="messaging.read_texts", lock="messaging.texts")
def read_texts(timestamp: int) -> None:
    """Take in receipts and answers of phones; a telephone company that is away is asked again the next minute."""
    with suppress(services.NotSpoken):
        services.read_texts(by=WORKER)


@app.periodic(cron="*/5 * * * *")
@app.task(name="messaging.tend", queue="channels", queueing_lock="messaging.tend")
def tend_conversations(timestamp: int) -> None:
    """End conversations that rest, and take up again what a worker that died has left lying."""
    now = clock.now()
    services.end_resting(by=WORKER, now=now)
    for who in channels.left_lying(now=now):
        _requeue(hear_correspondent, f"talk:{who.ref}", correspondent=who.ref)
    for received in channels.not_fetched(now=now):
        _requeue(fetch_picture, f"fetch:{received.pk}", received_id=received.pk)
    for who in channels.not_told(now=now):
        _requeue(send_replies, f"say:{who.ref}", correspondent=who.ref)


def _requeue(task: Task[Any, Any, Any], lock: str, **arguments: Any) -> None:
    """Queue a job again, unless it waits already."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        task.configure(lock=lock, queueing_lock=f"tend:{lock}").defer(**arguments)


@app.periodic(cron="40 2 * * *")
@app.task(name="messaging.forget", queue="channels", queueing_lock="messaging.forget")
def delete_old_messages(timestamp: int) -> None:
    """Delete what is older than the province keeps it."""
    services.delete_old_people(by=WORKER, now=clock.now())
