"""Lines above every page while something is going on that its readers should know of."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Banner:
    """One line: its text, and a link that leads to more."""

    text: str
    address: str
    link_text: str


_finders: list[Callable[[], Banner | None]] = []


def register_banner(find_banner: Callable[[], Banner | None]) -> None:
    """Let every page show what ``find_banner`` gives, and nothing while it gives None. It is asked at every view: it
    must cost next to nothing and no statement."""
    _finders.append(find_banner)


def current_banners() -> list[Banner]:
    """The lines to show now."""
    return [banner for find_banner in _finders if (banner := find_banner()) is not None]
