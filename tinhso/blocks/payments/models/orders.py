"""What somebody is asked to pay, each try at the gateway, and what goes back."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.units.models import Unit


class Order(models.Model):
    """Somebody is asked to pay ``total`` to ``unit``, for what ``about`` means to the one who ordered.

    ``received`` is all that came in (cash taken back is subtracted), ``refunded`` all that went back: the database
    holds both to the ledger, and ``state`` to them. ``secret`` opens the payer's page; ``content`` is what a transfer
    must say.
    """

    class State(models.TextChoices):
        OPEN = "open", _("chưa nộp")
        PART = "part", _("nộp thiếu")
        PAID = "paid", _("đã nộp")
        OVER = "over", _("nộp thừa")
        CANCELLED = "cancelled", _("đã hủy")
        EXPIRED = "expired", _("hết hạn nộp")
        REFUNDED = "refunded", _("đã hoàn trả")

    class Channel(models.TextChoices):
        ONLINE = "online", _("cổng thanh toán")
        CASH = "cash", _("tiền mặt")
        TRANSFER = "transfer", _("chuyển khoản")
        NONE = "none", _("không phải nộp")

    ref = models.CharField(_("mã khoản thu"), max_length=24, unique=True)
    secret = models.CharField(_("mã mở trang nộp"), max_length=32)
    content = models.CharField(_("nội dung chuyển khoản"), max_length=20, unique=True)
    about = models.CharField(_("về việc"), max_length=80, db_index=True)
    title = models.CharField(_("nội dung thu"), max_length=300)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("cơ quan thu"))
    payer_name = models.CharField(_("người nộp"), max_length=200, blank=True)
    total = models.BigIntegerField(_("phải nộp (đồng)"))
    received = models.BigIntegerField(_("đã nhận (đồng)"), default=0)
    refunded = models.BigIntegerField(_("đã hoàn trả (đồng)"), default=0)
    state = models.CharField(_("trạng thái"), max_length=10, choices=State, default=State.OPEN)
    due_at = models.DateTimeField(_("hạn nộp"))
    created_at = models.DateTimeField(_("lập lúc"))
    created_by = models.CharField(_("người lập"), max_length=80)
    created_by_name = models.CharField(_("tên người lập"), max_length=200)
    paid_at = models.DateTimeField(_("nộp đủ lúc"), null=True)
    channel = models.CharField(_("nộp bằng"), max_length=10, choices=Channel, blank=True)
    closed_at = models.DateTimeField(_("hủy hoặc hết hạn lúc"), null=True)
    closed_why = models.CharField(_("lý do hủy"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("khoản thu")
        verbose_name_plural = _("các khoản thu")
        constraints = [
            models.CheckConstraint(
                name="payments_order_amounts",
                condition=Q(total__gte=0, refunded__gte=0, received__gte=F("refunded")),
            ),
            models.CheckConstraint(
                name="payments_order_state",
                condition=Q(state="open", received=F("refunded"), refunded=0, total__gt=0)
                | Q(state="part", received__gt=F("refunded"), received__lt=F("total") + F("refunded"))
                | Q(state="paid", received=F("total") + F("refunded"))
                | Q(state="over", received__gt=F("total") + F("refunded"))
                | Q(state="refunded", received=F("refunded"), refunded__gt=0)
                | Q(state__in=["cancelled", "expired"], closed_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-created_at"], name="payments_order_unit"),
            models.Index(fields=["state", "due_at"], name="payments_order_due"),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def net(self) -> int:
        """What is there: came in less what went back."""
        return self.received - self.refunded

    @property
    def missing(self) -> int:
        """What is still to be paid; 0 when nothing is."""
        return max(0, self.total - self.net)

    @property
    def surplus(self) -> int:
        """What has to go back: all of a cancelled order, else what is more than was asked for."""
        return self.net if self.state == self.State.CANCELLED else max(0, self.net - self.total)

    @property
    def is_settled(self) -> bool:
        """Whether all that was asked for is there."""
        return self.state in (self.State.PAID, self.State.OVER)

    @property
    def is_payable(self) -> bool:
        """Whether somebody should still pay."""
        return self.state in (self.State.OPEN, self.State.PART)


class Line(models.Model):
    """One charge of an order, or (negative) an exemption or reduction with its reason, source and who decided.

    Lines are only ever added.
    """

    class Kind(models.TextChoices):
        FEE = "fee", _("phí")
        CHARGE = "charge", _("lệ phí")
        TAX = "tax", _("thuế")
        RELIEF = "relief", _("miễn, giảm")

    order = models.ForeignKey(Order, models.PROTECT, related_name="lines")
    kind = models.CharField(_("loại"), max_length=8, choices=Kind)
    name = models.CharField(_("tên"), max_length=200)
    amount = models.BigIntegerField(_("số tiền (đồng)"))
    source = models.CharField(_("căn cứ"), max_length=300, blank=True)
    reason = models.CharField(_("lý do"), max_length=300, blank=True)
    decided_by = models.CharField(_("người quyết định"), max_length=80, blank=True)
    decided_by_name = models.CharField(_("tên người quyết định"), max_length=200, blank=True)
    at = models.DateTimeField(_("lúc"))

    class Meta:
        verbose_name = _("dòng của khoản thu")
        verbose_name_plural = _("dòng của khoản thu")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="payments_line_sign",
                condition=Q(kind__in=["fee", "charge", "tax"], amount__gte=0)
                | Q(kind="relief", amount__lt=0, reason__regex=r"\S", source__regex=r"\S", decided_by__regex=r"\S"),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Attempt(models.Model):
    """One time that a payer was sent to the gateway; only the gateway's signed notice settles it."""

    class State(models.TextChoices):
        STARTED = "started", _("đã chuyển sang cổng")
        CONFIRMED = "confirmed", _("cổng đã xác nhận")
        FAILED = "failed", _("không thành công")

    order = models.ForeignKey(Order, models.PROTECT, related_name="attempts")
    txn_ref = models.CharField(_("mã giao dịch"), max_length=40, unique=True)
    amount = models.BigIntegerField(_("số tiền (đồng)"))
    state = models.CharField(_("trạng thái"), max_length=10, choices=State, default=State.STARTED)
    started_at = models.DateTimeField(_("bắt đầu lúc"))
    expires_at = models.DateTimeField(_("hết hạn lúc"))
    gateway_no = models.CharField(_("mã giao dịch ở cổng"), max_length=40, blank=True)
    bank_code = models.CharField(_("ngân hàng"), max_length=20, blank=True)
    answered_at = models.DateTimeField(_("cổng báo lúc"), null=True)

    class Meta:
        verbose_name = _("lần thanh toán trực tuyến")
        verbose_name_plural = _("các lần thanh toán trực tuyến")
        constraints = [
            models.CheckConstraint(name="payments_attempt_positive", condition=Q(amount__gt=0)),
            models.UniqueConstraint(
                fields=["gateway_no"], name="payments_gateway_no_once", condition=Q(state="confirmed")
            ),
        ]

    def __str__(self) -> str:
        return self.txn_ref


class Refund(models.Model):
    """Money to go back to a payer: asked by one, approved by another, then paid out."""

    class State(models.TextChoices):
        ASKED = "asked", _("chờ duyệt")
        APPROVED = "approved", _("đã duyệt, chờ chi")
        REFUSED = "refused", _("không duyệt")
        PAID = "paid", _("đã chi trả")

    class Way(models.TextChoices):
        CASH = "cash", _("tiền mặt tại quầy")
        BANK = "bank", _("chuyển khoản")

    ref = models.CharField(_("mã hoàn trả"), max_length=24, unique=True)
    order = models.ForeignKey(Order, models.PROTECT, related_name="refunds")
    amount = models.BigIntegerField(_("số tiền (đồng)"))
    why = models.CharField(_("lý do"), max_length=300)
    state = models.CharField(_("trạng thái"), max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(_("đề nghị lúc"))
    asked_by = models.CharField(_("người đề nghị"), max_length=80)
    asked_by_name = models.CharField(_("tên người đề nghị"), max_length=200)
    decided_at = models.DateTimeField(_("duyệt lúc"), null=True)
    decided_by = models.CharField(_("người duyệt"), max_length=80, blank=True)
    decided_by_name = models.CharField(_("tên người duyệt"), max_length=200, blank=True)
    decided_why = models.CharField(_("lý do không duyệt"), max_length=300, blank=True)
    way = models.CharField(_("chi bằng"), max_length=8, choices=Way, blank=True)
    bank_ref = models.CharField(_("mã giao dịch ngân hàng"), max_length=60, blank=True)
    paid_at = models.DateTimeField(_("chi lúc"), null=True)
    paid_by = models.CharField(_("người chi"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("khoản hoàn trả")
        verbose_name_plural = _("các khoản hoàn trả")
        constraints = [
            models.CheckConstraint(name="payments_refund_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="payments_refund_four_eyes", condition=Q(decided_by="") | ~Q(decided_by=F("asked_by"))
            ),
            models.CheckConstraint(
                name="payments_refund_paid_after_approval",
                condition=~Q(state__in=["approved", "refused", "paid"]) | Q(decided_by__gt=""),
            ),
        ]

    def __str__(self) -> str:
        return self.ref
