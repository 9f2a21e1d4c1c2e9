"""Every read of the operations centre: the wall, domains, indicators, units, search, published figures."""

from tinhso.ioc.queries import claims, communes, kept, places


def clear_caches() -> None:
    """Drop what this process keeps in memory; for tests, which change the world under it."""
    for room in (claims, communes, kept, places):
        room.forget()
