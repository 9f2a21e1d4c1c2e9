"""Keeping a page with all that was chosen on it, under a name."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.ioc.models import SavedView
from tinhso.ioc.queries import views as queries
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.refs import new_ref
from tinhso.kernel.text import nfc

LONGEST_NAME, MOST = 120, 200
Sharing = SavedView.Sharing


@transaction.atomic
def keep_view(*, name: str, address: str, sharing: str, by: Actor, now: datetime) -> SavedView:
    """Save a page of the operations centre for ``by``; shared with a unit: that of their first post."""
    by.must_be_able_to(SEE_INDICATORS)
    address = queries.address_inside(address)
    if SavedView.objects.filter(owner=by.ref, removed_at=None).count() >= MOST:
        raise Refused("too_many_views", _("Bạn đã lưu %(most)s góc nhìn; hãy xóa bớt."), most=MOST)
    view = SavedView(ref=new_ref("GN"), address=address, owner=by.ref, owner_name=by.name, made_at=now)
    _fill_view(view, name, sharing, by)
    view.save()
    audit.record(by=by, did="saved view", to=view, after=_audited_view(view))
    return view


@transaction.atomic
def change_view(*, ref: str, name: str, sharing: str, by: Actor) -> SavedView:
    """Give one's own view another name, or share it with others."""
    view = queries.own_view(by, ref)
    before = _audited_view(view)
    _fill_view(view, name, sharing, by)
    view.save(update_fields=["name", "sharing", "unit"])
    audit.record(by=by, did="changed view", to=view, before=before, after=_audited_view(view))
    return view


@transaction.atomic
def remove_view(*, ref: str, by: Actor, now: datetime) -> SavedView:
    """Take one's own view away; it can be put back."""
    view = queries.own_view(by, ref)
    if view.removed_at is None:
        view.removed_at = now
        view.save(update_fields=["removed_at"])
        audit.record(by=by, did="removed view", to=view, before=_audited_view(view))
    return view


@transaction.atomic
def restore_view(*, ref: str, by: Actor) -> SavedView:
    """Put back what was removed."""
    view = queries.own_view(by, ref)
    if view.removed_at is not None:
        view.removed_at = None
        view.save(update_fields=["removed_at"])
        audit.record(by=by, did="restored view", to=view, after=_audited_view(view))
    return view


def _fill_view(view: SavedView, name: str, sharing: str, by: Actor) -> None:
    name = " ".join(nfc(name).split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused("bad_name", _("Hãy đặt tên từ 1 đến %(most)s chữ cho góc nhìn."), most=LONGEST_NAME)
    if sharing not in Sharing.values:
        raise Refused("bad_sharing", _("Hãy chọn ai xem được góc nhìn này."))
    unit = next(iter(queries.units_of(by)), None) if sharing == Sharing.UNIT else None
    if sharing == Sharing.UNIT and unit is None:
        raise Refused("no_unit", _("Bạn không giữ vị trí nào ở một đơn vị để chia sẻ với đơn vị ấy."))
    view.name, view.sharing, view.unit_id = name, sharing, unit


def _audited_view(view: SavedView) -> dict[str, object]:
    return {"name": view.name, "address": view.address, "sharing": view.sharing, "unit": view.unit_id}
