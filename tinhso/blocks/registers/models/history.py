"""One history for all registers: acts, and the versions that acts brought about. Both only grow.

A version says: *from this day on (or: from this day to that day) the record was so*, and when that became known. Of two
versions that cover a day the later recorded one holds. So what was true on a day, as known at a moment, is the last
version recorded until then whose days hold the day: no row is ever closed, moved or mended.
"""

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Act(models.Model):
    """Somebody did something to records of a register, once, for a reason."""

    class Did(models.TextChoices):
        ADDED = "added", _("thêm")
        CHANGED = "changed", _("sửa")
        CORRECTED = "corrected", _("sửa quá khứ")
        ENDED = "ended", _("ngừng")
        BULK = "bulk", _("sửa nhiều bản ghi")
        IMPORTED = "imported", _("nhập tệp")
        MERGED = "merged", _("gộp")
        UNDONE = "undone", _("hoàn tác")
        MOVED = "moved", _("chuyển đơn vị")
        LOADED = "loaded", _("nạp minh họa")

    register = models.CharField(_("danh mục"), max_length=40)
    did = models.CharField(_("việc"), max_length=12, choices=Did)
    at = models.DateTimeField(_("lúc"))
    by = models.CharField(max_length=80)
    by_name = models.CharField(_("người"), max_length=200)
    why = models.CharField(_("lý do"), max_length=500, blank=True)
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone")

    class Meta:
        verbose_name = _("lần ghi")
        verbose_name_plural = _("lần ghi")
        indexes = [models.Index(fields=["register", "-id"], name="registers_acts")]

    def __str__(self) -> str:
        return f"{self.register} {self.did}"


class Version(models.Model):
    """``data`` are all columns of the record by name; written by the trigger of the register's own table."""

    register = models.CharField(max_length=40)
    ref = models.CharField(max_length=40)
    valid = DateRangeField(_("hiệu lực"))
    at = models.DateTimeField(_("được biết từ"))
    act = models.ForeignKey(Act, models.PROTECT, related_name="versions", db_constraint=False)
    data = models.JSONField()

    class Meta:
        verbose_name = _("phiên bản")
        verbose_name_plural = _("phiên bản")
        indexes = [models.Index(fields=["register", "ref", "-id"], name="registers_versions")]

    def __str__(self) -> str:
        return f"{self.ref} {self.valid}"


class Cell(models.Model):
    """How many living records of a register lie in a square of 1/``size`` degree: kept by the same trigger."""

    register = models.CharField(max_length=40)
    size = models.SmallIntegerField()
    x = models.IntegerField()
    y = models.IntegerField()
    count = models.IntegerField()

    class Meta:
        verbose_name = _("ô bản đồ")
        verbose_name_plural = _("ô bản đồ")
        constraints = [models.UniqueConstraint(fields=["register", "size", "x", "y"], name="registers_cell_once")]

    def __str__(self) -> str:
        return f"{self.register} {self.size} {self.x} {self.y}"
