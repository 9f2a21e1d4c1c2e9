"""Programmes: what is given, on which basis, to whom, and how much of it there is."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.units.models import Unit


class Programme(models.Model):
    """Something that people are given once. Money in whole đồng.

    ``amount`` is what one benefit costs the budget; ``pieces`` and ``budget`` bound all quota lines together. ``once``
    names the numbers by which nobody is given twice: person, phone, imei. ``key`` makes marks of these numbers and
    seals what is personal; it is itself sealed by the system's secret.
    """

    class Kind(models.TextChoices):
        PHONE = "phone", _("giảm giá điện thoại thông minh")
        SWAP = "swap", _("đổi máy 2G lấy máy 4G")
        SIGNATURE = "signature", _("chữ ký số miễn phí")
        ACCOUNT = "account", _("tài khoản giao dịch miễn phí")
        OTHER = "other", _("hỗ trợ khác")

    class State(models.TextChoices):
        DRAFT = "draft", _("đang soạn")
        OPEN = "open", _("đang nhận")
        PAUSED = "paused", _("tạm dừng")
        CLOSED = "closed", _("đã kết thúc")

    class Giver(models.TextChoices):
        OPERATOR = "operator", _("nhà mạng")
        BANK = "bank", _("ngân hàng")
        DEPARTMENT = "department", _("cơ quan nhà nước")
        COMPANY = "company", _("doanh nghiệp khác")

    code = models.SlugField(_("mã"), max_length=40, unique=True)
    name = models.CharField(_("tên"), max_length=200)
    kind = models.CharField(_("loại"), max_length=10, choices=Kind)
    state = models.CharField(_("trạng thái"), max_length=8, choices=State, default=State.DRAFT)
    basis = models.CharField(_("căn cứ"), max_length=500)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("cơ quan chủ trì"))
    giver = models.CharField(_("bên trao"), max_length=200)
    giver_kind = models.CharField(_("loại bên trao"), max_length=10, choices=Giver)
    starts_on = models.DateField(_("nhận từ ngày"))
    ends_on = models.DateField(_("đến hết ngày"), null=True, blank=True)
    amount = models.BigIntegerField(_("mức hỗ trợ một suất (đồng)"), default=0)
    pieces = models.IntegerField(_("tổng số suất"))
    budget = models.BigIntegerField(_("tổng kinh phí (đồng)"))
    days = models.PositiveSmallIntegerField(_("số ngày làm việc để duyệt"), default=5)
    once = ArrayField(models.CharField(max_length=6), verbose_name=_("mỗi … một lần"))
    takes_device = models.BooleanField(_("phải nộp lại máy cũ"), default=False)
    gives_device = models.BooleanField(_("trao một máy có IMEI"), default=False)
    told = models.TextField(_("lời giới thiệu cho người dân"), blank=True)
    illustrative = models.BooleanField(default=False, editable=False)
    key = models.BinaryField(editable=False)

    class Meta:
        verbose_name = _("chương trình hỗ trợ")
        verbose_name_plural = _("chương trình hỗ trợ")
        constraints = [
            models.CheckConstraint(
                name="support_programme_amounts", condition=models.Q(amount__gte=0, pieces__gte=0, budget__gte=0)
            ),
            models.CheckConstraint(
                name="support_programme_days",
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
            ),
            models.CheckConstraint(
                name="support_programme_once",
                condition=models.Q(once__contained_by=["person", "phone", "imei"], once__len__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Rules(models.Model):
    """Who may be given it, since a day: declarative rules (``queries.eligibility``); never changed, only followed."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="rules")
    valid_from = models.DateField(_("áp dụng từ ngày"))
    rules = models.JSONField(_("điều kiện"))
    why = models.CharField(_("căn cứ thay đổi"), max_length=300, blank=True)
    at = models.DateTimeField(_("ghi lúc"))
    by = models.CharField(max_length=80)
    by_name = models.CharField(_("người ghi"), max_length=200)

    class Meta:
        verbose_name = _("bộ điều kiện")
        verbose_name_plural = _("bộ điều kiện")
        ordering = ("-valid_from",)
        constraints = [models.UniqueConstraint(fields=["programme", "valid_from"], name="support_rules_of_a_day")]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.valid_from}"


class Quota(models.Model):
    """How many pieces and đồng a unit may give of a programme, and how much of that is taken.

    ``used_*`` are kept by the database (migration 0002): an approval that finds nothing left is refused by it.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="lines")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    pieces = models.IntegerField(_("số suất"))
    money = models.BigIntegerField(_("kinh phí (đồng)"))
    used_pieces = models.IntegerField(_("đã duyệt (suất)"), default=0, editable=False)
    used_money = models.BigIntegerField(_("đã duyệt (đồng)"), default=0, editable=False)

    class Meta:
        verbose_name = _("hạn mức")
        verbose_name_plural = _("hạn mức")
        constraints = [
            models.UniqueConstraint(fields=["programme", "unit"], name="support_quota_of_a_unit"),
            models.CheckConstraint(
                name="support_quota_not_overrun",
                condition=models.Q(
                    used_pieces__gte=0,
                    used_pieces__lte=models.F("pieces"),
                    used_money__gte=0,
                    used_money__lte=models.F("money"),
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.used_pieces}/{self.pieces}"

    @property
    def left(self) -> int:
        """Pieces that are left."""
        return self.pieces - self.used_pieces


class Handset(models.Model):
    """A model of handsets by the first eight digits of an IMEI (TAC), and the last network generation it knows."""

    tac = models.CharField(_("TAC"), max_length=8, unique=True)
    name = models.CharField(_("tên máy"), max_length=120)
    generation = models.PositiveSmallIntegerField(_("mạng (2, 3, 4, 5)"))
    illustrative = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("loại máy")
        verbose_name_plural = _("loại máy")
        constraints = [
            models.CheckConstraint(name="support_tac_digits", condition=models.Q(tac__regex=r"^[0-9]{8}$")),
            models.CheckConstraint(name="support_generation", condition=models.Q(generation__range=(2, 6))),
        ]

    def __str__(self) -> str:
        return self.name
