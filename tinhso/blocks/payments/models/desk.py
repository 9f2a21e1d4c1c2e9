"""Cash at the desk, and the signed comparison of a day."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.payments.models.orders import Order
from tinhso.blocks.units.models import Unit


class ReceiptSeries(models.Model):
    """The last receipt number that a unit gave in a year; numbers begin again on 1 January."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("cơ quan thu"))
    year = models.PositiveSmallIntegerField(_("năm"))
    last = models.PositiveIntegerField(_("số cuối"), default=0)

    class Meta:
        verbose_name = _("sổ biên lai")
        verbose_name_plural = _("sổ biên lai")
        constraints = [models.UniqueConstraint(fields=["unit", "year"], name="payments_one_series")]

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class CashReceipt(models.Model):
    """Cash that was taken, with a number of the unit's series; a second person may void it, with a reason."""

    ref = models.CharField(_("mã"), max_length=24, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("cơ quan thu"))
    year = models.PositiveSmallIntegerField(_("năm"))
    number = models.PositiveIntegerField(_("số"))
    order = models.ForeignKey(Order, models.PROTECT, related_name="receipts")
    amount = models.BigIntegerField(_("số tiền (đồng)"))
    at = models.DateTimeField(_("thu lúc"))
    by = models.CharField(_("người thu"), max_length=80)
    by_name = models.CharField(_("tên người thu"), max_length=200)
    # The form's own mark: sent again, because its answer never came, it takes nothing a second time.
    request = models.CharField(_("mã lần gửi"), max_length=40, blank=True, default="")
    voided_at = models.DateTimeField(_("hủy lúc"), null=True)
    voided_by = models.CharField(_("người hủy"), max_length=80, blank=True)
    voided_by_name = models.CharField(_("tên người hủy"), max_length=200, blank=True)
    voided_why = models.CharField(_("lý do hủy"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("biên lai")
        verbose_name_plural = _("biên lai")
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "number"], name="payments_receipt_once"),
            models.UniqueConstraint(
                fields=["order", "request"], name="payments_cash_once", condition=Q(request__gt="")
            ),
            models.CheckConstraint(name="payments_receipt_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="payments_void_four_eyes",
                condition=Q(voided_at=None) | (Q(voided_why__regex=r"\S") & ~Q(voided_by=F("by"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number:06d}/{self.year}"


class CashCount(models.Model):
    """What a cashier found in the drawer at the end of a day, beside what the ledger expects. Never changed."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("cơ quan thu"))
    day = models.DateField(_("ngày"))
    counted = models.BigIntegerField(_("đếm được (đồng)"))
    expected = models.BigIntegerField(_("theo sổ (đồng)"))
    note = models.CharField(_("ghi chú"), max_length=300, blank=True)
    at = models.DateTimeField(_("lúc"))
    by = models.CharField(_("người đếm"), max_length=80)
    by_name = models.CharField(_("tên người đếm"), max_length=200)

    class Meta:
        verbose_name = _("lần kiểm quỹ")
        verbose_name_plural = _("các lần kiểm quỹ")
        constraints = [models.CheckConstraint(name="payments_count_not_negative", condition=Q(counted__gte=0))]

    def __str__(self) -> str:
        return f"{self.unit} {self.day}"


class Closing(models.Model):
    """A unit's day, compared and signed off. Nothing is booked on it afterwards: the database refuses."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("cơ quan thu"))
    day = models.DateField(_("ngày"))
    figures = models.JSONField(_("các con số"), encoder=DjangoJSONEncoder)
    differences = models.JSONField(_("chênh lệch"), encoder=DjangoJSONEncoder)
    explained = models.TextField(_("giải trình"), blank=True)
    at = models.DateTimeField(_("chốt lúc"))
    by = models.CharField(_("người chốt"), max_length=80)
    by_name = models.CharField(_("tên người chốt"), max_length=200)

    class Meta:
        verbose_name = _("ngày đã chốt")
        verbose_name_plural = _("các ngày đã chốt")
        constraints = [models.UniqueConstraint(fields=["unit", "day"], name="payments_day_closed_once")]

    def __str__(self) -> str:
        return f"{self.unit} {self.day}"


class Slip(models.Model):
    """A receipt (``about`` its reference) or the proof of a whole order (``about`` empty) that was printed as PDF.

    The file is kept nowhere: it is set again from the rows, and ``sha256`` is what comes out; an ``edition`` follows
    when that changes, as when money went back. Never changed nor removed (the database refuses).
    """

    order = models.ForeignKey(Order, models.PROTECT, related_name="slips")
    about = models.CharField(_("biên lai"), max_length=24, blank=True)
    edition = models.PositiveSmallIntegerField(_("lần lập"), default=1)
    token = models.CharField(_("mã kiểm tra"), max_length=40, unique=True)
    made_at = models.DateTimeField(_("in lúc"))
    by = models.CharField(_("ai"), max_length=80, blank=True)
    by_name = models.CharField(_("tên"), max_length=200, blank=True)
    sha256 = models.CharField(_("mã băm"), max_length=64)

    class Meta:
        verbose_name = _("chứng từ đã in")
        verbose_name_plural = _("chứng từ đã in")
        constraints = [
            models.UniqueConstraint(fields=["order", "about", "edition"], name="payments_slip_once"),
            models.CheckConstraint(name="payments_slip_hash", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.about} #{self.edition}"
