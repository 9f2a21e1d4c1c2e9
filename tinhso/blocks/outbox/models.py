"""The events that were announced."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _


class Announcement(models.Model):
    """One event, kept after delivery so that what happened can be told again."""

    at = models.DateTimeField(_("thời điểm"))
    name = models.CharField(_("sự kiện"), max_length=80, db_index=True)
    aggregate = models.CharField(_("đối tượng"), max_length=120)
    payload = models.JSONField(_("nội dung"), encoder=DjangoJSONEncoder)
    delivered_at = models.DateTimeField(_("đã chuyển lúc"), null=True)

    class Meta:
        verbose_name = _("sự kiện")
        verbose_name_plural = _("sự kiện")
        indexes = [
            models.Index(fields=["aggregate", "id"], name="outbox_aggregate"),
            models.Index(fields=["id"], name="outbox_waiting", condition=models.Q(delivered_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.aggregate}"
