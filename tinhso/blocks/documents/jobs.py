"""Making scans readable, and tidying up the file store."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tinhso.blocks.documents import services
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor

TIDY = "remove unused files"
WORKER = program_actor("worker", rights=[TIDY])


@app.task(name="documents.digitise", queue="digitise", retry=RetryStrategy(max_attempts=5, wait=30))
def digitise_scan(ref: str) -> None:
    """Recognise the text of one scan; a page that fails is tried again with all the others."""
    services.recognise_text(ref=ref, now=clock.now())


@app.periodic(cron="15 2 * * *")
@app.task(name="documents.tidy", queueing_lock="documents.tidy")
def drop_unused_files(timestamp: int) -> None:
    """Let go of what nobody used, then of half files and objects without a row."""
    now = clock.now()
    services.let_go_of_unused(now=now, right=TIDY, by=WORKER)
    services.sweep_store(now=now)
