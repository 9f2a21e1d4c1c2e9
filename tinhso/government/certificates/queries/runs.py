"""Files that wait or were taken in, and their changes in words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tinhso.government.certificates.models import Request, Run
from tinhso.government.certificates.queries import wording
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


def newest_runs(kind: str, limit: int = 20) -> QuerySet[Run]:
    """Files of a kind that were taken in, the newest first."""
    return Run.objects.filter(kind=kind).exclude(state=Run.State.HELD).order_by("-at")[:limit]


def find_run(ref: str, *, by: Actor, now: datetime) -> Run:
    """A file that waits for its sender, or any that was taken in."""
    run = Run.objects.select_related("batch").filter(ref=ref).first()
    if run is None or (run.state == Run.State.HELD and (run.by != by.ref or run.expires_at <= now)):
        raise Refused("unknown_import", _("Không có tệp nào chờ ở đây: đã hết hạn, hoặc của người khác."))
    return run


def named_changes(fields: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    """Changed fields by their names for people."""
    return [(wording.label_of(field["name"]), field["was"], field["now"]) for field in fields]


def change_counts(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """How many changes of each kind, in words."""
    words = {
        "new": _("Chứng thư mới"),
        "changed": _("Chứng thư đổi nội dung"),
        "same": _("Giữ nguyên"),
        "refused": _("Bị từ chối"),
        **{code: str(name) for code, name in Request.Ask.choices},
    }
    return [(words.get(kind, kind), count) for kind, count in sorted(counts.items())]
