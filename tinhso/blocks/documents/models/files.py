"""Files that were accepted or made, known by the hash of their bytes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """Bytes in the file store. The same bytes are one row and one object; they never change (the database refuses).

    What a file is called belongs to whoever uses it: two people may hand in the same bytes under two names.
    """

    ref = models.CharField(_("mã"), max_length=24, unique=True)
    sha256 = models.CharField(_("mã băm"), max_length=64, unique=True)
    size = models.BigIntegerField(_("cỡ"))
    media_type = models.CharField(_("kiểu tệp"), max_length=100)
    where = models.CharField(_("nơi cất"), max_length=100)
    stored_at = models.DateTimeField(_("cất lúc"))

    class Meta:
        verbose_name = _("tệp đã cất")
        verbose_name_plural = _("tệp đã cất")
        constraints = [
            models.CheckConstraint(name="documents_file_hash", condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(name="documents_file_size", condition=models.Q(size__gt=0)),
        ]

    def __str__(self) -> str:
        return self.ref
