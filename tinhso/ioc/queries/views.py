"""Saved views: mine, my unit's, everyone's; and which addresses may be kept."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db.models import Q, QuerySet
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from tinhso.blocks.identity import queries as identity
from tinhso.ioc.models import SavedView
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

LONGEST = 2000
KEPT = ("wall", "domains", "domain", "indicator", "records", "unit", "explore", "search", "figures")


@dataclass(frozen=True)
class Views:
    """What a reader may open: their own, and those that others share with them."""

    mine: tuple[SavedView, ...]
    shared: tuple[SavedView, ...]
    removed: tuple[SavedView, ...]


def views_of(by: Actor) -> Views:
    """The saved views that ``by`` may open, by name, with their own removed ones (which may be put back)."""
    saved_views = list(_open_to(by))
    mine = [saved_view for saved_view in saved_views if saved_view.owner == by.ref]
    return Views(
        mine=tuple(saved_view for saved_view in mine if saved_view.removed_at is None),
        shared=tuple(
            saved_view for saved_view in saved_views if saved_view.owner != by.ref and saved_view.removed_at is None
        ),
        removed=tuple(
            sorted(
                (saved_view for saved_view in mine if saved_view.removed_at),
                key=lambda saved_view: str(saved_view.removed_at),
            )[-5:][::-1]
        ),
    )


def _open_to(by: Actor) -> QuerySet[SavedView]:
    own = Q(owner=by.ref)
    shared = Q(sharing=SavedView.Sharing.EVERYONE) | Q(sharing=SavedView.Sharing.UNIT, unit__in=units_of(by))
    return SavedView.objects.filter(own | (shared & Q(removed_at=None))).select_related("unit")


def units_of(by: Actor) -> list[int]:
    """The keys of the units where ``by`` holds a post today, the first post first."""
    return list(identity.posts_on(clock.today()).filter(person__ref=by.ref).values_list("unit_id", flat=True))


def view_for(by: Actor, ref: str) -> SavedView:
    """One view that ``by`` may open; refuses one that is not there for them."""
    saved_view = _open_to(by).filter(ref=ref, removed_at=None).first()
    if saved_view is None:
        raise Refused(
            "unknown_view", _("Không có góc nhìn nào có mã “%(ref)s”, hoặc nó không được chia sẻ với bạn."), ref=ref
        )
    return saved_view


def own_view(by: Actor, ref: str) -> SavedView:
    """One view of ``by``'s own, for changing, a removed one too."""
    saved_view = SavedView.objects.select_for_update().filter(ref=ref, owner=by.ref).first()
    if saved_view is None:
        raise Refused("unknown_view", _("Bạn không có góc nhìn nào có mã “%(ref)s”."), ref=ref)
    return saved_view


def address_inside(text: str) -> str:
    """``text`` as an address of a page of the operations centre; refuses any other."""
    parts = urlsplit(text)
    inside = text.startswith("/") and not text.startswith("//") and not parts.netloc and "\\" not in text
    if not inside or len(text) > LONGEST or not text.isprintable():
        raise _address_outside()
    try:
        match = resolve(parts.path)
    except Resolver404 as unknown:
        raise _address_outside() from unknown
    if match.app_name != "ioc" or match.url_name not in KEPT:
        raise _address_outside()
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _address_outside() -> Refused:
    return Refused("bad_address", _("Chỉ lưu được địa chỉ của một trang trong trung tâm điều hành."))
