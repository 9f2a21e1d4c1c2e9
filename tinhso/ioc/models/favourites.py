"""Indicators that people follow on their phone."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Favourite(models.Model):
    """One indicator (or one member of a family of it) of one unit on one basis, as its owner ordered them."""

    owner = models.CharField(_("người theo dõi"), max_length=40)
    indicator = models.CharField(_("chỉ tiêu"), max_length=40)
    member = models.CharField(_("phân tổ"), max_length=100, blank=True)
    unit = models.CharField(_("đơn vị"), max_length=40)
    basis = models.CharField(_("cơ sở đơn vị"), max_length=10)
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    at = models.DateTimeField(_("theo dõi từ"))

    class Meta:
        verbose_name = _("chỉ tiêu theo dõi")
        verbose_name_plural = _("chỉ tiêu theo dõi")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "indicator", "member", "unit", "basis"], name="ioc_favourite_once")
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.unit}"
