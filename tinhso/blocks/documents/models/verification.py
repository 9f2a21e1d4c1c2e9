"""What anybody may check who holds a document with our code on it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Verification(models.Model):
    """What the public page of a document says; no personal data. The hash is written once, when the bytes are known."""

    token = models.CharField(_("mã kiểm tra"), max_length=40, unique=True)
    kind = models.CharField(_("loại văn bản"), max_length=120)
    number = models.CharField(_("số, ký hiệu"), max_length=100, blank=True)
    issued_on = models.DateField(_("ngày"))
    issuer = models.CharField(_("nơi cấp"), max_length=300)
    sha256 = models.CharField(_("mã băm"), max_length=64, blank=True)
    registered_at = models.DateTimeField(_("đăng ký lúc"))
    withdrawn_at = models.DateTimeField(_("thu hồi lúc"), null=True)

    class Meta:
        verbose_name = _("đăng ký kiểm tra")
        verbose_name_plural = _("đăng ký kiểm tra")
        constraints = [
            models.CheckConstraint(
                name="documents_verified_hash", condition=models.Q(sha256__regex=r"^([0-9a-f]{64})?$")
            ),
        ]
        indexes = [models.Index(fields=["sha256"], name="documents_verified_bytes")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}".strip()
