"""Payment: delivered benefits put together for the giver, once each."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.society.support.models.applications import Application
from tinhso.society.support.models.programmes import Programme


class Batch(models.Model):
    """Benefits that are paid to a giver together. ``control`` is the SHA-256 of its lines, in order.

    Nothing of it changes but that it is approved, once, by somebody else than who made it.
    """

    ref = models.CharField(_("mã đợt"), max_length=24, unique=True)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="batches")
    at = models.DateTimeField(_("lập lúc"))
    by = models.CharField(max_length=80)
    by_name = models.CharField(_("người lập"), max_length=200)
    count = models.IntegerField(_("số suất"))
    total = models.BigIntegerField(_("tổng tiền (đồng)"))
    control = models.CharField(_("mã kiểm tra"), max_length=64)
    approved_at = models.DateTimeField(_("duyệt lúc"), null=True)
    approved_by = models.CharField(max_length=80, blank=True)
    approved_name = models.CharField(_("người duyệt"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("đợt thanh toán")
        verbose_name_plural = _("đợt thanh toán")
        constraints = [
            models.CheckConstraint(name="support_batch_sums", condition=models.Q(count__gt=0, total__gt=0)),
            models.CheckConstraint(
                name="support_batch_four_eyes",
                condition=models.Q(approved_at__isnull=True, approved_by="")
                | (models.Q(approved_at__isnull=False) & ~models.Q(approved_by__in=("", models.F("by")))),
            ),
        ]

    def __str__(self) -> str:
        return self.ref


class BatchLine(models.Model):
    """A benefit in a batch. One that was paid or is on its way is in no other batch; what came back may go again."""

    class State(models.TextChoices):
        SENT = "sent", _("đã gửi")
        PAID = "paid", _("đã thanh toán")
        RETURNED = "returned", _("bị trả lại")

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="lines")
    number = models.IntegerField(_("số thứ tự"))
    application = models.ForeignKey(Application, models.PROTECT, related_name="payments")
    amount = models.BigIntegerField(_("số tiền (đồng)"))
    state = models.CharField(_("trạng thái"), max_length=8, choices=State, default=State.SENT)
    settled_on = models.DateField(_("ngày báo lại"), null=True)
    why = models.CharField(_("lý do trả lại"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("dòng thanh toán")
        verbose_name_plural = _("dòng thanh toán")
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="support_batch_number"),
            models.UniqueConstraint(
                fields=["application"], name="support_paid_once", condition=~models.Q(state="returned")
            ),
            models.CheckConstraint(
                name="support_settled_whole",
                condition=models.Q(state="sent", settled_on__isnull=True, why="")
                | models.Q(state="paid", settled_on__isnull=False, why="")
                | (models.Q(state="returned", settled_on__isnull=False) & ~models.Q(why="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.number}"
