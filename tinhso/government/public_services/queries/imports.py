"""Imports of the catalogue: those that wait, and those that were done."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tinhso.government.public_services.models import Import
from tinhso.kernel.errors import Refused


def waiting_import(ref: str, *, by: str, now: datetime) -> Import:
    """A file, or what was typed on a page, that its sender may still confirm; refuses another's and an expired one."""
    import_run = Import.objects.filter(ref=ref, by=by, state=Import.State.HELD, expires_at__gt=now).first()
    if import_run is None:
        raise Refused(
            "upload_expired", _("Không còn gì chờ bạn xác nhận ở đây: đã hết hạn, hoặc đã nhập. Hãy làm lại.")
        )
    return import_run


def held_on_page(ref: str, *, by: str) -> Import | None:
    """What somebody typed about one procedure and has not confirmed, also when it has expired meanwhile."""
    return Import.objects.filter(ref=ref, by=by, state=Import.State.HELD).exclude(way=Import.Way.FILE).first()


def completed_import(ref: str) -> Import:
    """An import that was taken in and not taken back."""
    import_run = Import.objects.select_for_update().filter(ref=ref, state=Import.State.DONE).first()
    if import_run is None:
        raise Refused("unknown_import", _("Không có lần nhập nào như vậy, hoặc nó đã được hoàn tác."))
    return import_run


def import_by_ref(ref: str, *, by: str, now: datetime) -> Import:
    """A file that waits for its sender, or any import that was taken in, also one that was taken back."""
    import_run = Import.objects.exclude(state=Import.State.HELD).filter(ref=ref).first()
    return import_run or waiting_import(ref, by=by, now=now)


def newest_imports(limit: int = 20) -> QuerySet[Import]:
    """The imports that were taken in, newest first."""
    return Import.objects.exclude(state=Import.State.HELD).order_by("-at")[:limit]
