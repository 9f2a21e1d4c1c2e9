"""Delivery by the worker, and rescue of what a killed worker held."""

from datetime import timedelta

from procrastinate import BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status

from tinhso.blocks.outbox import services
from tinhso.kernel import clock

LONGEST_WAIT = 600  # seconds between two tries
STALLED_AFTER = 30  # seconds without a heartbeat of the worker that took the job


class UntilDelivered(BaseRetryStrategy):
    """Tries again after 2, 4, 8 … 600 seconds and never gives up: that would break the order and lose the event."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        """When to try again."""
        wait = min(2 ** min(job.attempts + 1, 10), LONGEST_WAIT)
        return RetryDecision(retry_at=clock.now() + timedelta(seconds=wait))


@app.task(name="outbox.deliver", retry=UntilDelivered())
def deliver_announcement(announcement_id: int) -> None:
    """Give one announcement to its listeners; the queue's lock keeps the order per aggregate."""
    services.deliver_announcement(announcement_id)


@app.periodic(cron="* * * * *")
@app.task(name="outbox.rescue", queueing_lock="outbox.rescue", pass_context=True)
async def rescue_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Hand jobs of a worker that was killed to a living one: the queue does not do so by itself.

    A job that may wait only once, and of which another waits already, is not needed a second time.
    """
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
        try:
            await manager.retry_job(job)
        except ConnectorException:
            if job.queueing_lock is None:
                raise
            await manager.finish_job(job, Status.FAILED, delete_job=False)
