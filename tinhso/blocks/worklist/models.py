"""Systems that somebody keeps at hand on their worklist."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PinnedSystem(models.Model):
    """A system that ``owner`` keeps at hand: the name of the address of its way in the menu."""

    owner = models.CharField(_("người ghim"), max_length=80)
    address = models.CharField(_("trang"), max_length=120)

    class Meta:
        verbose_name = _("hệ thống đã ghim")
        verbose_name_plural = _("hệ thống đã ghim")
        constraints = [models.UniqueConstraint(fields=["owner", "address"], name="worklist_pin_once")]

    def __str__(self) -> str:
        return f"{self.owner} {self.address}"
