"""Delivery by the worker, and rescue of what a killed worker held."""

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from tinhso.blocks.outbox import services

RETRIES = RetryStrategy(max_attempts=12, wait=2, exponential_wait=2)
STALLED_AFTER = 30  # seconds without a heartbeat of the worker that took the job


@app.task(name="outbox.deliver", retry=RETRIES)
def deliver(announcement_id: int) -> None:
    """Give one announcement to its listeners; the queue's lock keeps the order per aggregate."""
    services.deliver_announcement(announcement_id)


@app.periodic(cron="* * * * *")
@app.task(name="outbox.rescue", queueing_lock="outbox.rescue", pass_context=True)
async def rescue(context: JobContext, timestamp: int) -> None:
    """Hand jobs of a worker that was killed to a living one: the queue does not do so by itself."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
        await manager.retry_job(job)
