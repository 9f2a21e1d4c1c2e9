"""Timed work of surveys."""

from procrastinate.contrib.django import app

from tinhso.blocks.surveys import services
from tinhso.kernel import clock


@app.periodic(cron="35 17 * * *")  # 00:35 in Việt Nam
@app.task(name="surveys.tidy", queueing_lock="surveys.tidy")
def drop_incomplete_files(timestamp: int) -> None:
    """Forget files of forms that never came whole."""
    services.let_go_of_waiting(now=clock.now())
