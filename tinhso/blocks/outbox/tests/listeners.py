"""An event for tests and a listener that keeps a journal of what it did, also when its process is killed."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from tinhso.blocks.outbox.contract import register_listener

JOURNAL = "TINHSO_TEST_JOURNAL"


@dataclass(frozen=True)
class Tried:
    """Something to deliver: ``how`` is "well", "slowly" (once) or "badly" (until told otherwise)."""

    subject: str
    number: int
    how: str = "well"

    name: ClassVar[str] = "outbox.Tried"

    @property
    def aggregate(self) -> str:
        """Events of one subject keep their order."""
        return self.subject


def journal() -> list[str]:
    """What was done so far, in order."""
    path = Path(os.environ[JOURNAL])
    return path.read_text().splitlines() if path.exists() else []


def allow() -> None:
    """Let the listener that refuses accept from now on."""
    Path(os.environ[JOURNAL]).with_suffix(".allowed").touch()


def _note(line: str) -> None:
    with Path(os.environ[JOURNAL]).open("a") as file:
        file.write(line + "\n")


@register_listener(Tried)
def listen(event: Tried) -> None:
    """Do what the event says, and write down when it begins and ends."""
    told = f"{event.subject} {event.number}"
    first = f"begin {told}" not in journal()
    _note(f"begin {told}")
    if event.how == "slowly" and first:
        time.sleep(120)
    if event.how == "badly" and not Path(os.environ[JOURNAL]).with_suffix(".allowed").exists():
        raise RuntimeError("người nghe từ chối")
    _note(f"end {told}")
