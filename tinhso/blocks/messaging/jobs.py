"""Mail and notifications on devices, sent by the worker."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tinhso.blocks.messaging import services
from tinhso.kernel import clock


@app.task(name="messaging.mail", queue="mail", retry=RetryStrategy(max_attempts=10, wait=10, exponential_wait=3))
def mail(message_id: int) -> None:
    """Send one message's mail; a mail server that is away is asked again later."""
    services.send_mail_of(pk=message_id, now=clock.now())


@app.task(name="messaging.push", queue="push", retry=RetryStrategy(max_attempts=6, wait=10, exponential_wait=4))
def push(message_id: int, device: str) -> None:
    """Push one message to one device; a push service that is away is asked again later, for some hours."""
    services.push_message(pk=message_id, ref=device, now=clock.now())
