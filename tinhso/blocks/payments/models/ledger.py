"""The ledger: every movement of money as a posting whose entries sum to nought. It only grows."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.payments.models.orders import Order
from tinhso.blocks.units.models import Unit


class Posting(models.Model):
    """One movement. ``day`` is the day it is booked on: the first day after it happened that was not closed."""

    class Kind(models.TextChoices):
        CASH = "cash", _("thu tiền mặt")
        VOID = "void", _("hủy biên lai")
        ONLINE = "online", _("thu qua cổng")
        TRANSFER = "transfer", _("tiền chuyển khoản đến")
        MATCH = "match", _("gắn tiền vào khoản thu")
        REFUND = "refund", _("hoàn trả")

    ref = models.CharField(_("mã bút toán"), max_length=24, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("cơ quan thu"))
    kind = models.CharField(_("loại"), max_length=10, choices=Kind)
    day = models.DateField(_("ngày ghi sổ"))
    at = models.DateTimeField(_("thời điểm"))
    source = models.CharField(_("chứng từ"), max_length=60)
    by = models.CharField(_("ai"), max_length=80)
    by_name = models.CharField(_("tên"), max_length=200)

    class Meta:
        verbose_name = _("bút toán")
        verbose_name_plural = _("bút toán")
        constraints = [models.UniqueConstraint(fields=["kind", "source"], name="payments_posted_once")]
        indexes = [models.Index(fields=["unit", "day"], name="payments_posting_day")]

    def __str__(self) -> str:
        return self.ref


class Entry(models.Model):
    """One side of a posting: plus is money that a pot holds, minus what it owes to payers."""

    class Pot(models.TextChoices):
        CASH = "cash", _("tiền mặt tại quầy")
        GATEWAY = "gateway", _("cổng thanh toán giữ")
        BANK = "bank", _("tài khoản ngân hàng")
        ORDERS = "orders", _("đã thu cho các khoản thu")
        UNMATCHED = "unmatched", _("tiền chưa rõ của khoản thu nào")

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="entries")
    pot = models.CharField(_("nơi"), max_length=10, choices=Pot)
    amount = models.BigIntegerField(_("số tiền (đồng)"))
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="entries")

    class Meta:
        verbose_name = _("dòng bút toán")
        verbose_name_plural = _("dòng bút toán")
        constraints = [
            models.CheckConstraint(
                name="payments_entry_of_orders",
                condition=Q(pot="orders", order__isnull=False) | (~Q(pot="orders") & Q(order__isnull=True)),
            ),
            models.CheckConstraint(name="payments_entry_moves", condition=~Q(amount=0)),
        ]

    def __str__(self) -> str:
        return f"{self.pot} {self.amount}"
