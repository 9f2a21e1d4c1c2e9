"""One table that only grows. The chain is sealed by the database itself when a transaction commits."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One act. A deferred trigger sets ``position``, ``previous_hash`` and ``hash`` at commit, in commit order."""

    at = models.DateTimeField(_("thời điểm"), db_index=True)
    actor = models.CharField(_("ai"), max_length=80, db_index=True)
    actor_name = models.CharField(_("tên"), max_length=200)
    address = models.CharField(_("từ địa chỉ"), max_length=64, blank=True)
    did = models.CharField(_("đã làm gì"), max_length=80)
    subject_kind = models.CharField(_("loại đối tượng"), max_length=80)
    subject = models.CharField(_("đối tượng"), max_length=200)
    before = models.JSONField(_("trước"), null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(_("sau"), null=True, encoder=DjangoJSONEncoder)
    position = models.BigIntegerField(_("vị trí trong chuỗi"), null=True, unique=True, editable=False)
    previous_hash = models.BinaryField(null=True, editable=False)
    hash = models.BinaryField(null=True, editable=False)

    class Meta:
        verbose_name = _("mục nhật ký")
        verbose_name_plural = _("nhật ký")
        indexes = [
            models.Index(fields=["subject_kind", "subject", "id"], name="audit_subject"),
            models.Index(fields=["did", "id"], name="audit_did"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.did} {self.subject}"
