"""The register: a certificate is an issuer and a serial number; all else is said of it in two times.

``valid`` is when something was so in the world, ``known`` since when (and until when) the register held it to be so. A
correction closes ``known`` of a row and adds another: nothing is overwritten, and the database refuses to.
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.identity.models import Person
from tinhso.blocks.units.models import Unit
from tinhso.government.certificates import contract


class Certificate(models.Model):
    """One certificate. ``serial`` is hexadecimal in capitals without leading noughts; with the issuer it is unique."""

    ref = models.CharField(_("mã"), max_length=24, unique=True)
    issuer = models.CharField(_("nơi cấp"), max_length=300)
    issuer_key = models.CharField(max_length=300, editable=False)
    serial = models.CharField(_("số sê-ri"), max_length=64)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaced_by")
    is_demo = models.BooleanField(_("dữ liệu minh họa"), default=False)

    class Meta:
        verbose_name = _("chứng thư số")
        verbose_name_plural = _("chứng thư số")
        constraints = [
            models.UniqueConstraint(fields=["issuer_key", "serial"], name="certificates_serial_once"),
            models.CheckConstraint(
                name="certificates_serial_hex", condition=models.Q(serial__regex=r"^[1-9A-F][0-9A-F]{0,63}$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issuer} {self.serial}"


class Version(models.Model):
    """What is said of a certificate for a span of days.

    ``unit`` is who answers for it now, ``subject`` what the certificate itself says: after a merger the two differ,
    and ``must_change_since`` holds until the certificate was changed.
    """

    class Kind(models.TextChoices):
        ORGANISATION = contract.CertificateKind.ORGANISATION.value, _("tổ chức")
        PERSONAL = contract.CertificateKind.PERSONAL.value, _("cá nhân")
        SIM = contract.CertificateKind.SIM.value, _("SIM PKI")
        SERVICE = contract.CertificateKind.SERVICE.value, _("dịch vụ, máy chủ")

    class State(models.TextChoices):
        ACTIVE = contract.CertificateState.ACTIVE.value, _("đang hiệu lực")
        SUSPENDED = contract.CertificateState.SUSPENDED.value, _("tạm dừng")
        REVOKED = contract.CertificateState.REVOKED.value, _("đã thu hồi")

    class Device(models.TextChoices):
        USB = contract.KeyDevice.USB.value, _("USB token")
        HSM = contract.KeyDevice.HSM.value, _("thiết bị HSM")
        SIM = contract.KeyDevice.SIM.value, _("SIM")
        NONE = contract.KeyDevice.NONE.value, _("không rõ")

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="versions")
    kind = models.CharField(_("loại"), max_length=12, choices=Kind)
    state = models.CharField(_("trạng thái"), max_length=10, choices=State, default=State.ACTIVE)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    holder = models.CharField(_("người, dịch vụ giữ"), max_length=150, blank=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    post_title = models.CharField(_("chức vụ"), max_length=150, blank=True)
    id_number = models.CharField(_("số định danh"), max_length=12, blank=True)
    phone = models.CharField(_("số điện thoại SIM"), max_length=15, blank=True)
    subject = models.CharField(_("tên trên chứng thư"), max_length=400)
    key_usage = models.CharField(_("mục đích khóa"), max_length=200, blank=True)
    first_day = models.DateField(_("hiệu lực từ"))
    last_day = models.DateField(_("hiệu lực đến hết"))
    device = models.CharField(_("thiết bị"), max_length=4, choices=Device, default=Device.NONE)
    device_serial = models.CharField(_("số thiết bị"), max_length=64, blank=True)
    must_change_since = models.DateField(_("phải thay đổi từ"), null=True)
    must_change_by = models.DateField(_("phải thay đổi trước"), null=True)
    must = models.CharField(_("việc phải làm"), max_length=10, blank=True)
    reason = models.CharField(_("lý do thu hồi"), max_length=40, blank=True)
    decision = models.CharField(_("quyết định"), max_length=120, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)
    did = models.CharField(_("việc"), max_length=20)
    by = models.CharField(_("ai"), max_length=80)
    by_name = models.CharField(_("tên"), max_length=200)
    source = models.CharField(_("từ"), max_length=24, blank=True)
    search_text = models.TextField(editable=False)
    valid = DateRangeField(_("hiệu lực"))
    known = DateTimeRangeField(_("được biết"))

    class Meta:
        verbose_name = _("nội dung chứng thư")
        verbose_name_plural = _("nội dung chứng thư")
        constraints = [
            ExclusionConstraint(
                name="certificates_one_word_at_a_time",
                expressions=[
                    ("certificate", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                    ("known", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="certificates_ranges_not_empty",
                condition=models.Q(valid__isempty=False) & models.Q(known__isempty=False),
            ),
            models.CheckConstraint(
                name="certificates_days_in_order", condition=models.Q(last_day__gte=models.F("first_day"))
            ),
            models.CheckConstraint(
                name="certificates_revoked_for_a_reason", condition=~models.Q(state="revoked") | ~models.Q(reason="")
            ),
            models.CheckConstraint(
                name="certificates_id_number_digits", condition=models.Q(id_number__regex=r"^([0-9]{9}|[0-9]{12})?$")
            ),
            models.CheckConstraint(
                name="certificates_phone_digits", condition=models.Q(phone__regex=r"^(0[0-9]{8,14})?$")
            ),
            models.CheckConstraint(
                name="certificates_somebody_holds_it",
                condition=models.Q(kind="organisation") | ~models.Q(holder=""),
            ),
        ]
        indexes = [
            GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="certificates_search"),
            models.Index(
                fields=["unit", "kind"], name="certificates_live_unit", condition=models.Q(known__endswith__isnull=True)
            ),
            models.Index(
                fields=["last_day"], name="certificates_live_last", condition=models.Q(known__endswith__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class Reminder(models.Model):
    """That a unit was told ``days`` ahead that a certificate runs out on ``last_day``: nobody is told twice."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="+")
    last_day = models.DateField(_("hết hạn"))
    days = models.PositiveSmallIntegerField(_("trước số ngày"))
    at = models.DateTimeField(_("lúc"))

    class Meta:
        verbose_name = _("lần nhắc")
        verbose_name_plural = _("các lần nhắc")
        constraints = [
            models.UniqueConstraint(fields=["certificate", "last_day", "days"], name="certificates_reminded_once")
        ]

    def __str__(self) -> str:
        return f"{self.certificate} {self.days}"
