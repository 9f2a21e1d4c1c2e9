"""What was printed of cases, so that printing it again gives the same paper with the same page to check it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.cases.models.dossiers import Case


class Slip(models.Model):
    """Form ``form`` (1–6) of a case about entry ``entry``; never changed nor removed (the database refuses).

    The file itself is kept nowhere: it is set again from the case, and ``sha256`` is what comes out. An ``edition``
    follows only when that changes: other words of the province, other programs, another secret behind the key.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="slips")
    form = models.PositiveSmallIntegerField(_("mẫu số"))
    entry = models.PositiveIntegerField(_("mục nhật ký"))
    edition = models.PositiveSmallIntegerField(_("lần lập"), default=1)
    token = models.CharField(_("mã kiểm tra"), max_length=40, unique=True)
    made_at = models.DateTimeField(_("in lúc"))
    by = models.CharField(_("ai"), max_length=80)
    by_name = models.CharField(_("tên"), max_length=200)
    sha256 = models.CharField(_("mã băm"), max_length=64)

    class Meta:
        verbose_name = _("phiếu đã in")
        verbose_name_plural = _("phiếu đã in")
        constraints = [
            models.UniqueConstraint(fields=["case", "form", "entry", "edition"], name="cases_slip_once"),
            models.CheckConstraint(
                name="cases_slip_form", condition=models.Q(form__range=(1, 6), entry__gte=1, edition__gte=1)
            ),
            models.CheckConstraint(name="cases_slip_hash", condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$")),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.form:02d} #{self.entry}"
