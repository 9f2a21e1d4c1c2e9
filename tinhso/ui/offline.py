"""What an installed app keeps on a phone: each app names its pages and files in its module ``navigation``."""

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class OfflinePages:
    """Names of addresses, and files of the front end.

    ``start``: the first page. ``without_network``: shown where nothing was kept. ``account``: where who is logged in is
    told. ``kept``: opened and kept beforehand. ``kept_only``: kept once they were opened. ``instead``: pages with those
    that stand in for them without a network. ``data``: what pages ask for. ``shortcuts``: label and address, offered at
    a long press. ``files``: loaded at once.
    """

    start: str = ""
    without_network: str = ""
    account: str = ""
    kept: tuple[str, ...] = ()
    kept_only: tuple[str, ...] = ()
    instead: tuple[tuple[str, str], ...] = ()
    data: tuple[str, ...] = ()
    shortcuts: tuple[tuple[str, str], ...] = ()
    files: tuple[str, ...] = ()


_registered: list[OfflinePages] = []


def register_offline(pages: OfflinePages) -> None:
    """Keep an app's pages too."""
    _registered.append(pages)


def offline_pages() -> OfflinePages:
    """The pages and files of all apps together."""
    together = OfflinePages()
    for registered in _registered:
        values = {part.name: getattr(together, part.name) + getattr(registered, part.name) for part in fields(together)}
        together = OfflinePages(**values)
    return together
