"""Self-assessment: who was invited by which code, and what each firm answered when."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.forms.models import FormVersion


class Invitation(models.Model):
    """A code that lets whoever holds it answer for one firm until a day; of the code only its hash is kept."""

    firm = models.CharField(_("doanh nghiệp"), max_length=40, db_index=True)
    code_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("cấp lúc"))
    made_by = models.CharField(max_length=80)
    until = models.DateTimeField(_("dùng đến"))
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("mã tự đánh giá")
        verbose_name_plural = _("mã tự đánh giá")
        constraints = [
            models.UniqueConstraint(
                fields=["firm"], name="enterprises_one_code", condition=models.Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                name="enterprises_code_hashed", condition=models.Q(code_hash__regex="^[0-9a-f]{64}$")
            ),
        ]

    def __str__(self) -> str:
        return self.firm


class Assessment(models.Model):
    """One answered questionnaire: the answers, the version they answer, and the points they came to (0 to 100)."""

    ref = models.CharField(_("mã"), max_length=40, unique=True)
    firm = models.CharField(_("doanh nghiệp"), max_length=40)
    version = models.ForeignKey(FormVersion, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("lúc"))
    values = models.JSONField(_("câu trả lời"))
    score = models.DecimalField(_("điểm"), max_digits=5, decimal_places=2)
    pillars = models.JSONField(_("điểm từng trụ"))
    illustrative = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("lần tự đánh giá")
        verbose_name_plural = _("lần tự đánh giá")
        indexes = [models.Index(fields=["firm", "-at"], name="enterprises_assessed")]
        constraints = [
            models.CheckConstraint(name="enterprises_score_0_100", condition=models.Q(score__gte=0, score__lte=100))
        ]

    def __str__(self) -> str:
        return self.ref
