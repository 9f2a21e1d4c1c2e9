"""Filters that somebody keeps under a name."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedFilter(models.Model):
    """``query`` is the address's own query string."""

    register = models.CharField(max_length=40)
    owner = models.CharField(max_length=80)
    name = models.CharField(_("tên"), max_length=80)
    query = models.CharField(max_length=1000)

    class Meta:
        verbose_name = _("bộ lọc đã lưu")
        verbose_name_plural = _("bộ lọc đã lưu")
        constraints = [models.UniqueConstraint(fields=["register", "owner", "name"], name="registers_filter_once")]

    def __str__(self) -> str:
        return self.name
