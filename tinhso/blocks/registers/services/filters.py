"""Keeping filters under a name."""

from django.utils.translation import gettext as _

from tinhso.blocks.registers.contract import Register
from tinhso.blocks.registers.models import SavedFilter
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

MOST = 30


def keep_filter(*, register: Register, name: str, query: str, by: Actor) -> SavedFilter:
    """Keep a query string; the same name again replaces it."""
    by.must_be_able_to(register.see)
    name = name.replace("\0", "").strip()[:80]
    mine = SavedFilter.objects.filter(register=register.code, owner=by.ref)
    if not name or len(query) > 1000:
        raise Refused("no_name", _("Hãy đặt tên cho bộ lọc."))
    if mine.exclude(name=name).count() >= MOST:
        raise Refused("too_many", _("Đã có %(most)s bộ lọc. Hãy bỏ bớt một bộ lọc cũ."), most=MOST)
    saved_filter, _created = SavedFilter.objects.update_or_create(
        register=register.code, owner=by.ref, name=name, defaults={"query": query}
    )
    return saved_filter


def drop_filter(*, register: Register, name: str, by: Actor) -> None:
    """Let one of one's own go."""
    SavedFilter.objects.filter(register=register.code, owner=by.ref, name=name).delete()
