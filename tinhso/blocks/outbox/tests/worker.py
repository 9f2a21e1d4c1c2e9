"""A real worker that notices sooner than in life that another was killed."""

import django

django.setup()

from procrastinate.contrib.django import app  # noqa: E402

from tinhso.blocks.outbox import jobs  # noqa: E402
from tinhso.blocks.outbox.tests import listeners as listeners  # noqa: E402

if __name__ == "__main__":
    jobs.STALLED_AFTER = 2
    with app.replace_connector(app.connector.get_worker_connector()) as queue:  # type: ignore[attr-defined]
        queue.run_worker(
            concurrency=4,
            fetch_job_polling_interval=0.2,
            update_heartbeat_interval=0.5,
            stalled_worker_timeout=2,
        )
