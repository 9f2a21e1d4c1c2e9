"""What a machine of the province found of a firm's website: beside what was declared, never instead of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SiteCheck(models.Model):
    """Asked once. ``named``: the domain leads somewhere; ``answered``: a page came back. Rows only grow."""

    firm = models.CharField(_("doanh nghiệp"), max_length=40)
    site = models.CharField(_("tên miền"), max_length=253)
    at = models.DateTimeField(_("lúc"))
    named = models.BooleanField(_("có tên miền"))
    answered = models.BooleanField(_("trang trả lời"))
    said = models.CharField(_("câu trả lời"), max_length=300, blank=True)
    illustrative = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("lần kiểm tra trang web")
        verbose_name_plural = _("lần kiểm tra trang web")
        indexes = [models.Index(fields=["firm", "-at"], name="enterprises_sites")]
        constraints = [
            models.CheckConstraint(
                name="enterprises_answers_have_names", condition=models.Q(named=True) | models.Q(answered=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.at:%Y-%m-%d}"
