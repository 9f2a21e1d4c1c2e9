"""What changed for everybody: figures, definitions and units, newest first, as a feed tells it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import zip_longest
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.models import PublishedCatalogue, Snapshot
from tinhso.blocks.indicators.queries import Catalogue, CatalogueItem
from tinhso.blocks.open_data.queries.datasets import is_public
from tinhso.blocks.units.models import Level, Succession, Unit
from tinhso.kernel.errors import Refused
from tinhso.ui.wording import list_text, name_in_language, name_of, period_text

A_PAGE = 20  # publications; each tells of every domain that it touched
NAMED = 30  # names that an entry spells out


@dataclass(frozen=True)
class FeedChange:
    """One entry. ``domain`` is empty for units; ``codes`` are indicators, ``periods`` codes, ``refs`` units."""

    key: str
    kind: str
    at: datetime
    title: str
    text: str
    domain: str = ""
    snapshot: int = 0
    codes: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()

    @property
    def uuid(self) -> str:
        """An identifier for ever."""
        return f"urn:uuid:{uuid5(NAMESPACE_URL, f'tinhso:change:{self.key}')}"


@dataclass(frozen=True)
class FeedPage:
    """One page of the feed, counted from 1."""

    number: int
    pages: int
    changes: tuple[FeedChange, ...]
    updated: datetime | None


def newest_moment() -> tuple[int, datetime | None, datetime | None]:
    """What the feed hangs on: the last publication and the last moment at which something was learned of units."""
    snapshot = Snapshot.objects.order_by("-number").values_list("number", "at").first() or (0, None)
    return (*snapshot, _last_learned())


def _last_learned() -> datetime | None:
    moments = [
        Unit.objects.aggregate(last=Max("known__startswith"))["last"],
        Succession.objects.aggregate(last=Max("known__startswith"))["last"],
    ]
    return max((moment for moment in moments if moment), default=None)


def feed_page(number: int) -> FeedPage:
    """One page of changes, newest first; refuses a page that there is not."""
    total = Snapshot.objects.count()
    pages = max(1, -(-total // A_PAGE))
    if not 1 <= number <= pages:
        raise Refused("unknown_page", _("Nguồn tin chỉ có %(pages)s trang."), pages=pages)
    first = (number - 1) * A_PAGE
    # One more than shown: a definition has changed against the publication before
    rows = list(Snapshot.objects.order_by("-number").select_related(None)[first : first + A_PAGE + 1])
    changes = [change for now, before in zip_longest(rows, rows[1:]) for change in _changes_between(now, before)]
    changes = (
        changes
        if len(rows) <= A_PAGE
        else [feed_change for feed_change in changes if feed_change.snapshot != rows[-1].number]
    )
    snapshots = rows[:A_PAGE]
    until = None if number == 1 else snapshots[0].at
    since = None if number == pages else snapshots[-1].at
    changes += _unit_changes(since, until)
    changes.sort(key=lambda feed_change: (feed_change.at, feed_change.key), reverse=True)
    moment = max((feed_change.at for feed_change in changes), default=None)
    return FeedPage(number, pages, tuple(changes), moment)


def _changes_between(now: Snapshot, before: Snapshot | None) -> Iterator[FeedChange]:
    catalogue = indicators.catalogue_of(now.number) or indicators.catalogue()
    for domain, items in _public_items(catalogue).items():
        yield from _figure_changes(now, catalogue, domain, items)
    if before is not None and now.catalogue_id and before.catalogue_id and now.catalogue_id != before.catalogue_id:
        yield from _definition_changes(now, catalogue, before.catalogue_id)


def _public_items(catalogue: Catalogue) -> dict[str, list[CatalogueItem]]:
    catalogue_items_by_key: dict[str, list[CatalogueItem]] = {}
    for indicator in catalogue.indicators.values():
        if is_public(CatalogueItem(indicator)):
            catalogue_items_by_key.setdefault(indicator.domain, []).append(CatalogueItem(indicator))
    return catalogue_items_by_key


def _figure_changes(
    now: Snapshot, catalogue: Catalogue, domain: str, items: Sequence[CatalogueItem]
) -> Iterator[FeedChange]:
    changed: dict[str, Any] = now.summary.get("changed", {})
    touched = [item for item in items if item.indicator.fact in changed]
    months = sorted({month for item in touched for month in changed[item.indicator.fact].get("months", [])})
    if not touched:
        return
    name = name_in_language(catalogue.domains[domain])
    words = {"count": len(touched), "domain": name, "periods": _months_text(months)}
    yield FeedChange(
        key=f"figures:{now.number}:{domain}",
        kind="figures",
        at=now.at,
        title=_("%(domain)s: số liệu mới của %(count)s chỉ tiêu, %(periods)s") % words,
        text=_("Số liệu thay đổi: %(names)s.") % {"names": _item_names(touched)},
        domain=domain,
        snapshot=now.number,
        codes=tuple(item.code for item in touched),
        periods=tuple(months),
    )


def _months_text(months: Sequence[str]) -> str:
    if not months:
        return _("mọi kỳ")
    if len(months) == 1:
        return period_text(months[0])
    return _("từ %(first)s đến %(last)s") % {"first": period_text(months[0]), "last": period_text(months[-1])}


def _item_names(items: Sequence[CatalogueItem]) -> str:
    names = [name_of({"name": item.name, "name_en": item.name_en}) for item in items]
    more = len(names) - NAMED
    names_text = list_text(names) if more <= 0 else ", ".join(names[:NAMED])
    return names_text if more <= 0 else _("%(names)s và %(more)s chỉ tiêu khác") % {"names": names_text, "more": more}


@lru_cache(maxsize=64)
def _differing_codes(now: int, before: int) -> frozenset[str]:
    """Codes of indicators that are defined otherwise in one catalogue than in another, or only in one of them."""
    contents = dict(PublishedCatalogue.objects.filter(pk__in=(now, before)).values_list("pk", "content"))
    new, old = (
        {indicator["code"]: indicator for indicator in contents.get(pk, {}).get("indicators", [])}
        for pk in (now, before)
    )
    return frozenset(code for code in new.keys() | old.keys() if new.get(code) != old.get(code))


def _definition_changes(now: Snapshot, catalogue: Catalogue, before: int) -> Iterator[FeedChange]:
    differing = _differing_codes(now.catalogue_id or 0, before)
    for domain, items in _public_items(catalogue).items():
        changed = [item for item in items if item.code in differing]
        if changed:
            words = {"domain": name_in_language(catalogue.domains[domain]), "count": len(changed)}
            yield FeedChange(
                key=f"definitions:{now.number}:{domain}",
                kind="definitions",
                at=now.at,
                title=_("%(domain)s: định nghĩa của %(count)s chỉ tiêu thay đổi") % words,
                text=_("Định nghĩa mới hoặc sửa đổi: %(names)s.") % {"names": _item_names(changed)},
                domain=domain,
                snapshot=now.number,
                codes=tuple(item.code for item in changed),
            )


def _unit_changes(since: datetime | None, until: datetime | None) -> list[FeedChange]:
    """Moments after ``since`` (up to ``until``) at which units, or what became of them, were entered or corrected."""
    span = Q()
    if since is not None:
        span &= Q(known__startswith__gt=since)
    if until is not None:
        span &= Q(known__startswith__lte=until)
    moments: dict[datetime, set[str]] = {}
    rows = Unit.objects.filter(span, known__startswith__isnull=False).exclude(level=Level.AGENCY)
    for moment, ref in rows.values_list("known__startswith", "ref"):
        moments.setdefault(moment, set()).add(ref)
    edges = Succession.objects.filter(span, known__startswith__isnull=False)
    for moment, before, after in edges.values_list("known__startswith", "before__ref", "after__ref"):
        moments.setdefault(moment, set()).update((before, after))
    return [_unit_change(moment, sorted(refs)) for moment, refs in moments.items()]


def _unit_change(moment: datetime, refs: Sequence[str]) -> FeedChange:
    units = Unit.objects.filter(ref__in=refs[:NAMED], known__upper_inf=True).order_by("level", "sort_key")
    names, more = [name_in_language(unit) for unit in units], len(refs) - NAMED
    text = ", ".join(names) + (_(" và %(more)s đơn vị khác") % {"more": more} if more > 0 else "")
    return FeedChange(
        key=f"units:{moment.isoformat()}",
        kind="units",
        at=moment,
        title=_("Danh mục đơn vị: %(count)s đơn vị được thêm hoặc sửa") % {"count": len(refs)},
        text=text or _("Đơn vị không còn trong danh mục."),
        refs=tuple(refs),
    )
