"""Acts at the same moment, as a race between people or workers has them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections

from tinhso.kernel.errors import Refused


def run_at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do all ``acts`` at the same moment, each in a thread with a connection of its own.

    Returns what each gave, in the order of ``acts``; the code of its refusal where it was refused. Any other error of
    an act is raised. The test needs ``django_db(transaction=True)``.
    """
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            start.wait(20)
            return act()
        except Refused as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
