"""Bank accounts of units, files of what arrived there, and each transfer with the place it was put."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.payments.models.orders import Order
from tinhso.blocks.units.models import Unit


class Account(models.Model):
    """Where a unit's payers transfer to during ``effective``. From the province's data."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("cơ quan thu"))
    bank_bin = models.CharField(_("mã ngân hàng (BIN)"), max_length=6)
    bank_name = models.CharField(_("ngân hàng"), max_length=200)
    number = models.CharField(_("số tài khoản"), max_length=19)
    holder = models.CharField(_("chủ tài khoản"), max_length=200)
    effective = DateRangeField(_("hiệu lực"))
    source = models.CharField(_("nguồn"), max_length=300, blank=True)
    illustrative = models.BooleanField(_("dữ liệu minh họa"), default=False)

    class Meta:
        verbose_name = _("tài khoản thu")
        verbose_name_plural = _("tài khoản thu")
        constraints = [
            ExclusionConstraint(
                name="payments_one_account_at_a_time",
                expressions=[("unit", RangeOperators.EQUAL), ("effective", RangeOperators.OVERLAPS)],
            ),
            models.UniqueConstraint(fields=["unit", "bank_bin", "number"], name="payments_account_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.bank_name}"


class Statement(models.Model):
    """A file of a bank: held until somebody has seen what is in it, then taken in."""

    class State(models.TextChoices):
        HELD = "held", _("chờ xác nhận")
        DONE = "done", _("đã nhập")

    ref = models.CharField(_("mã"), max_length=24, unique=True)
    account = models.ForeignKey(Account, models.PROTECT, related_name="statements")
    state = models.CharField(_("trạng thái"), max_length=6, choices=State, default=State.HELD)
    file_name = models.CharField(_("tên tệp"), max_length=200)
    sha256 = models.CharField(_("mã băm"), max_length=64)
    rows = models.JSONField(_("các dòng"), default=list)
    first_day = models.DateField(_("từ ngày"), null=True)
    last_day = models.DateField(_("đến ngày"), null=True)
    at = models.DateTimeField(_("lúc"))
    by = models.CharField(_("ai"), max_length=80)
    by_name = models.CharField(_("tên"), max_length=200)
    new = models.PositiveIntegerField(_("dòng mới"), default=0)
    known = models.PositiveIntegerField(_("dòng đã có"), default=0)

    class Meta:
        verbose_name = _("sao kê")
        verbose_name_plural = _("sao kê")

    def __str__(self) -> str:
        return self.ref


class Transfer(models.Model):
    """Money that arrived on an account. ``bank_ref`` is the bank's own number: the same money is never taken in twice.

    ``statement`` is empty as long as only the bank's notice told of it.
    """

    class State(models.TextChoices):
        EXACT = "exact", _("khớp")
        UNDER = "under", _("thiếu so với khoản thu")
        OVER = "over", _("thừa so với khoản thu")
        LATE = "late", _("đến sau khi khoản thu hủy hoặc hết hạn")
        UNMATCHED = "unmatched", _("chưa rõ của khoản thu nào")
        PROPOSED = "proposed", _("chờ người thứ hai duyệt gắn")
        MANUAL = "manual", _("đã gắn bằng tay")

    ref = models.CharField(_("mã"), max_length=24, unique=True)
    account = models.ForeignKey(Account, models.PROTECT, related_name="transfers")
    bank_ref = models.CharField(_("mã giao dịch ngân hàng"), max_length=60)
    day = models.DateField(_("ngày ngân hàng ghi"))
    amount = models.BigIntegerField(_("số tiền (đồng)"))
    content = models.CharField(_("nội dung"), max_length=300, blank=True)
    payer_name = models.CharField(_("người chuyển"), max_length=200, blank=True)
    statement = models.ForeignKey(Statement, models.PROTECT, null=True, related_name="transfers")
    told_at = models.DateTimeField(_("ngân hàng báo lúc"), null=True)
    at = models.DateTimeField(_("ghi nhận lúc"))
    state = models.CharField(_("trạng thái"), max_length=10, choices=State)
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="transfers")
    proposed_by = models.CharField(_("người đề nghị gắn"), max_length=80, blank=True)
    proposed_by_name = models.CharField(_("tên người đề nghị gắn"), max_length=200, blank=True)
    reason = models.CharField(_("lý do gắn"), max_length=300, blank=True)
    approved_by = models.CharField(_("người duyệt gắn"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("tiền chuyển khoản")
        verbose_name_plural = _("tiền chuyển khoản")
        constraints = [
            models.UniqueConstraint(fields=["account", "bank_ref"], name="payments_transfer_once"),
            models.CheckConstraint(name="payments_transfer_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="payments_transfer_order",
                condition=Q(state__in=["exact", "under", "over", "manual", "proposed"], order__isnull=False)
                | Q(state="late")
                | Q(state="unmatched", order__isnull=True),
            ),
            models.CheckConstraint(
                name="payments_manual_says_why",
                condition=~Q(state__in=["manual", "proposed"]) | Q(reason__regex=r"\S", proposed_by__gt=""),
            ),
        ]
        indexes = [models.Index(fields=["state", "day"], name="payments_transfer_state")]

    def __str__(self) -> str:
        return self.bank_ref
