"""Drafts that nobody went on with are gone by night."""

from procrastinate.contrib.django import app

from tinhso.blocks.forms import services
from tinhso.kernel import clock


@app.periodic(cron="40 19 * * *")  # 02:40 in Việt Nam
@app.task(name="forms.drop_expired", queueing_lock="forms.drop_expired")
def drop_expired(timestamp: int) -> None:
    """Remove expired drafts."""
    services.drop_expired(now=clock.now())
