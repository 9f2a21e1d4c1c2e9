"""Points of the digital transformation index: three columns that never replace each other."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Score(models.Model):
    """Points of one criterion in one year and column, known from ``known_from`` until ``known_to``.

    The province scores itself and explains; verified and published points are others' and stand beside
    (Nghị định 224/2026/NĐ-CP, Điều 8).
    """

    class Column(models.TextChoices):
        SELF = "self", _("tự chấm")
        VERIFIED = "verified", _("thẩm định")
        PUBLISHED = "published", _("công bố")

    year = models.IntegerField(_("năm"))
    criterion = models.CharField(_("chỉ số"), max_length=20)
    column = models.CharField(_("cột"), max_length=9, choices=Column)
    points = models.DecimalField(_("điểm"), max_digits=8, decimal_places=3)
    why = models.CharField(_("giải trình"), max_length=1000, blank=True)
    source = models.CharField(_("văn bản"), max_length=200, blank=True)
    known_from = models.DateTimeField(_("từ lúc"))
    known_to = models.DateTimeField(_("đến lúc"), null=True)
    by = models.CharField(max_length=80)
    by_name = models.CharField(_("người ghi"), max_length=200)
    illustrative = models.BooleanField(_("minh họa"), default=False)

    class Meta:
        verbose_name = _("điểm chỉ số chuyển đổi số")
        verbose_name_plural = _("điểm chỉ số chuyển đổi số")
        constraints = [
            models.UniqueConstraint(
                fields=["year", "criterion", "column"],
                condition=models.Q(known_to__isnull=True),
                name="programme_one_score",
            ),
            models.CheckConstraint(name="programme_points_not_negative", condition=models.Q(points__gte=0)),
            models.CheckConstraint(
                name="programme_others_points_have_a_source",
                condition=models.Q(column="self") | ~models.Q(source=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.criterion} {self.column} {self.points}"
