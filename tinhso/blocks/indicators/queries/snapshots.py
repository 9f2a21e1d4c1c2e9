"""Which snapshots there are, and which one was in force at a moment."""

from datetime import datetime

from django.db.models import QuerySet

from tinhso.blocks.indicators.models import Snapshot


def kept_snapshots() -> QuerySet[Snapshot]:
    """Snapshots that can still be read, newest first."""
    return Snapshot.objects.filter(swept=False).order_by("-number")


def kept_files() -> set[str]:
    """Names below ``SNAPSHOT_DIR`` of the files that hold the cells of kept snapshots."""
    manifests = kept_snapshots().values_list("manifest", flat=True)
    return {name for manifest in manifests for fact in manifest["facts"].values() for name in fact["chunks"].values()}


def snapshot_at(moment: datetime) -> tuple[int, datetime, bool] | None:
    """Number, moment and whether files are kept, of what was published last at ``moment``; None before the first."""
    snapshot_row = (
        Snapshot.objects.filter(at__lte=moment).order_by("-number").values_list("number", "at", "swept").first()
    )
    return None if snapshot_row is None else (snapshot_row[0], snapshot_row[1], not snapshot_row[2])
