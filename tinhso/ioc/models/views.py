"""Views that people saved, and notes that they wrote on the course of an indicator."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.units.models import Unit


class SavedView(models.Model):
    """A page of the operations centre, with all that was chosen on it, under a name of its owner's choice.

    ``address`` is a path of this application with its query. A removed view keeps ``removed_at`` and may be put back.
    """

    class Sharing(models.TextChoices):
        OWNER = "owner", _("chỉ mình tôi")
        UNIT = "unit", _("đơn vị tôi")
        EVERYONE = "everyone", _("mọi người trong trung tâm điều hành")

    ref = models.CharField(_("mã"), max_length=24, unique=True)
    name = models.CharField(_("tên"), max_length=120)
    address = models.CharField(_("địa chỉ"), max_length=2000)
    owner = models.CharField(_("người lưu"), max_length=40, db_index=True)
    owner_name = models.CharField(_("tên người lưu"), max_length=200)
    sharing = models.CharField(_("ai xem được"), max_length=10, choices=Sharing, default=Sharing.OWNER)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("đơn vị"))
    made_at = models.DateTimeField(_("lưu lúc"))
    removed_at = models.DateTimeField(_("xóa lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("góc nhìn đã lưu")
        verbose_name_plural = _("góc nhìn đã lưu")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="ioc_view_for_a_unit_names_it",
                condition=~models.Q(sharing="unit") | models.Q(unit__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Annotation(models.Model):
    """One wording of a note on an indicator, at a period, for one unit or (``unit`` empty) for all.

    It was known from ``at`` until ``until``: a changed wording is a row of its own with the same ``ref`` and the next
    ``version``, so that a page of any past moment shows the notes of that moment.
    """

    ref = models.CharField(_("mã"), max_length=24)
    version = models.PositiveSmallIntegerField(_("bản"), default=1)
    indicator = models.CharField(_("chỉ tiêu"), max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("đơn vị"))
    period = models.CharField(_("kỳ"), max_length=10)
    text = models.CharField(_("nội dung"), max_length=500)
    author = models.CharField(_("người ghi"), max_length=40)
    author_name = models.CharField(_("tên người ghi"), max_length=200)
    at = models.DateTimeField(_("ghi lúc"))
    until = models.DateTimeField(_("thôi dùng lúc"), null=True, blank=True)
    ended_by = models.CharField(_("người sửa hoặc rút"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("ghi chú trên biểu đồ")
        verbose_name_plural = _("ghi chú trên biểu đồ")
        ordering = ["period", "at", "pk"]
        indexes = [models.Index(fields=["indicator", "at"], name="ioc_annotation_of")]
        constraints = [
            models.UniqueConstraint(fields=["ref", "version"], name="ioc_annotation_version_once"),
            models.UniqueConstraint(
                fields=["ref"], condition=models.Q(until__isnull=True), name="ioc_annotation_one_wording_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.text[:40]}"
