"""Forms, their versions that never change, and drafts of what somebody fills in."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Form(models.Model):
    """A form under its public code. ``procedures`` are codes that callers give a meaning."""

    code = models.CharField(_("mã"), max_length=60, unique=True)
    name = models.CharField(_("tên"), max_length=300)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=300, blank=True)
    procedures = ArrayField(models.CharField(max_length=40), verbose_name=_("thủ tục"), default=list)

    class Meta:
        verbose_name = _("biểu mẫu điện tử")
        verbose_name_plural = _("biểu mẫu điện tử")

    def __str__(self) -> str:
        return self.code


class FormVersion(models.Model):
    """What a form asks, whole; the database refuses to change or remove it.

    In force on a day is the version with the latest ``effective_from`` up to that day, of several the highest number;
    after ``effective_to`` (exclusive) it is not.
    """

    form = models.ForeignKey(Form, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("số phiên bản"))
    effective_from = models.DateField(_("hiệu lực từ"))
    effective_to = models.DateField(_("hết hiệu lực"), null=True)
    document = models.JSONField(_("nội dung"))
    sha256 = models.CharField(_("mã băm"), max_length=64)
    source = models.CharField(_("nguồn"), max_length=300, blank=True)
    verified = models.BooleanField(_("đã kiểm chứng"), default=False)
    loaded_at = models.DateTimeField(_("nạp lúc"))

    class Meta:
        verbose_name = _("phiên bản biểu mẫu")
        verbose_name_plural = _("phiên bản biểu mẫu")
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="forms_number_once"),
            models.CheckConstraint(name="forms_number_from_one", condition=models.Q(number__gte=1)),
            models.CheckConstraint(
                name="forms_effect_not_empty",
                condition=models.Q(effective_to=None) | models.Q(effective_to__gt=models.F("effective_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form_id}/{self.number}"


class Draft(models.Model):
    """What somebody has filled in so far, as they typed it; gone when it is finished or expired.

    It belongs to ``owner`` (an actor's reference) or, for people without an account, to whoever knows the secret of
    ``secret_hash``. ``answers`` is what registers said when it was opened: path → value, source, day. ``revision``
    counts the savings, so that two windows never overwrite each other in silence.
    """

    ref = models.CharField(_("mã"), max_length=32, unique=True)
    version = models.ForeignKey(FormVersion, models.PROTECT, related_name="drafts")
    owner = models.CharField(_("của ai"), max_length=80, blank=True, db_index=True)
    secret_hash = models.CharField(_("mã băm của khóa riêng"), max_length=64, blank=True)
    about = models.CharField(_("về việc"), max_length=120, blank=True)
    values = models.JSONField(_("đã điền"), default=dict)
    answers = models.JSONField(_("đã có sẵn"), default=dict)
    revision = models.PositiveIntegerField(_("lần lưu"), default=0)
    opened_at = models.DateTimeField(_("mở lúc"))
    saved_at = models.DateTimeField(_("lưu lúc"))
    expires_at = models.DateTimeField(_("hết hạn lúc"), db_index=True)

    class Meta:
        verbose_name = _("bản nháp")
        verbose_name_plural = _("bản nháp")
        constraints = [
            models.CheckConstraint(
                name="forms_draft_of_somebody",
                condition=models.Q(owner="", secret_hash__regex=r"^[0-9a-f]{64}$")
                | (~models.Q(owner="") & models.Q(secret_hash="")),
            ),
        ]

    def __str__(self) -> str:
        return self.ref
