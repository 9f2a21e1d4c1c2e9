"""Mail, sent by the worker."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tinhso.blocks.messaging import services
from tinhso.kernel import clock


@app.task(name="messaging.mail", queue="mail", retry=RetryStrategy(max_attempts=10, wait=10, exponential_wait=3))
def mail(message_id: int) -> None:
    """Send one message's mail; a mail server that is away is asked again later."""
    services.send_mail_of(pk=message_id, now=clock.now())
