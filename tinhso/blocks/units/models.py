"""Units with two times: when a unit was valid in the world, and since when (and until when) the system knew it so.

A row of ``Unit`` is one legal existence: a commune that absorbs another at a date ends, and a new one begins, even when
the name and the code stay. ``known`` bounds the time during which the system held the row to be true; a correction
closes the old row's ``known`` and adds a new row, so that a report can be drawn again "as known at" a past moment.
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.IntegerChoices):
    """Where in the tree a unit stands."""

    PROVINCE = 1, _("cấp tỉnh")
    DISTRICT = 2, _("cấp huyện")
    COMMUNE = 3, _("cấp xã")
    HAMLET = 4, _("ấp, khóm")
    AGENCY = 9, _("cơ quan")


class Unit(models.Model):
    """An administrative unit or an agency during one legal existence.

    ``ref`` is public and unique among what is known now; ``code`` is the official code (QĐ 19/2025/QĐ-TTg and its
    predecessors) and may be reused by another unit later: never join by code alone.
    """

    class Type(models.TextChoices):
        PROVINCE = "province", _("tỉnh")
        DISTRICT = "district", _("huyện")
        CITY = "city", _("thành phố")
        XA = "xa", _("xã")
        PHUONG = "phuong", _("phường")
        THI_TRAN = "thi_tran", _("thị trấn")
        HAMLET = "hamlet", _("ấp, khóm")
        AGENCY = "agency", _("cơ quan")

    ref = models.CharField(_("tham chiếu"), max_length=40)
    code = models.CharField(_("mã"), max_length=20, db_index=True)
    type = models.CharField(_("loại"), max_length=10, choices=Type)
    level = models.SmallIntegerField(_("cấp"), choices=Level)
    name = models.CharField(_("tên"), max_length=120)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=120, blank=True)
    search_text = models.TextField(editable=False)
    sort_key = models.BinaryField(editable=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    valid = DateRangeField(_("hiệu lực"))
    known = DateTimeRangeField(_("được biết"))
    lat = models.DecimalField(_("vĩ độ"), max_digits=9, decimal_places=6, null=True)
    lon = models.DecimalField(_("kinh độ"), max_digits=9, decimal_places=6, null=True)
    area_km2 = models.DecimalField(_("diện tích (km²)"), max_digits=10, decimal_places=3, null=True)
    population = models.PositiveIntegerField(_("dân số"), null=True)
    population_source = models.CharField(_("nguồn dân số"), max_length=300, blank=True)
    source = models.CharField(_("nguồn"), max_length=300, blank=True)
    verified = models.BooleanField(_("đã kiểm chứng"), default=False)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("đơn vị")
        verbose_name_plural = _("đơn vị")
        constraints = [
            ExclusionConstraint(
                name="units_one_validity_per_code",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    ("level", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                    ("known", RangeOperators.OVERLAPS),
                ],
            ),
            models.UniqueConstraint(
                "ref", name="units_ref_known_once", condition=models.Q(known__endswith__isnull=True)
            ),
            models.CheckConstraint(name="units_validity_not_empty", condition=models.Q(valid__isempty=False)),
        ]
        indexes = [
            GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="units_search"),
            models.Index(fields=["level", "sort_key"], name="units_level_order"),
        ]

    def __str__(self) -> str:
        return self.name


class Alias(models.Model):
    """Another name or code of a unit: a former name, an organisation code, an old spelling."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="aliases")
    kind = models.CharField(_("loại"), max_length=40)
    value = models.CharField(_("giá trị"), max_length=200, db_index=True)
    source = models.CharField(_("nguồn"), max_length=300, blank=True)
    verified = models.BooleanField(_("đã kiểm chứng"), default=False)

    class Meta:
        verbose_name = _("tên khác")
        verbose_name_plural = _("tên khác")
        constraints = [models.UniqueConstraint(fields=["unit", "kind", "value"], name="units_alias_once")]

    def __str__(self) -> str:
        return self.value


class Succession(models.Model):
    """``before`` became (part of) ``after`` at ``effective``; ``share`` is the sourced part of it that went there.

    A missing share of a unit with several successors means *unknown*: figures are then not computable, never guessed.
    """

    class Kind(models.TextChoices):
        MERGE = "merge", _("hợp nhất")
        SPLIT = "split", _("chia tách")
        RENAME = "rename", _("đổi tên")
        UPGRADE = "upgrade", _("đổi loại hình")
        CONTINUE = "continue", _("giữ nguyên")

    before = models.ForeignKey(Unit, models.PROTECT, related_name="successions")
    after = models.ForeignKey(Unit, models.PROTECT, related_name="predecessions")
    kind = models.CharField(_("hình thức"), max_length=10, choices=Kind)
    share = models.DecimalField(_("tỷ lệ"), max_digits=12, decimal_places=9, null=True)
    share_source = models.CharField(_("nguồn tỷ lệ"), max_length=300, blank=True)
    decision = models.CharField(_("nghị quyết"), max_length=120, blank=True)
    effective = models.DateField(_("hiệu lực từ"))
    known = DateTimeRangeField(_("được biết"))
    verified = models.BooleanField(_("đã kiểm chứng"), default=False)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("kế thừa")
        verbose_name_plural = _("kế thừa")
        constraints = [
            models.UniqueConstraint(
                fields=["before", "after"], name="units_edge_once", condition=models.Q(known__endswith__isnull=True)
            ),
            models.CheckConstraint(name="units_edge_not_to_itself", condition=~models.Q(before=models.F("after"))),
            models.CheckConstraint(
                name="units_share_is_a_part",
                condition=models.Q(share__isnull=True) | models.Q(share__gt=0, share__lte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class Boundary(models.Model):
    """A unit's outline as GeoJSON, supplied by the operator, or a schematic cell drawn around its point."""

    unit = models.OneToOneField(Unit, models.CASCADE, related_name="boundary")
    geometry = models.JSONField(_("ranh giới"))
    schematic = models.BooleanField(_("sơ đồ"), default=True)
    source = models.CharField(_("nguồn"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("ranh giới")
        verbose_name_plural = _("ranh giới")

    def __str__(self) -> str:
        return str(self.unit)
