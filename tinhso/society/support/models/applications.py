"""Applications, what happened to them, by which numbers nobody is given twice, deliveries and complaints."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.documents.models import StoredFile
from tinhso.blocks.units.models import Unit
from tinhso.society.support import contract
from tinhso.society.support.models.lists import List
from tinhso.society.support.models.programmes import Programme, Quota, Rules

TO_DECIDE, OPEN, DRAWS = sorted(contract.TO_DECIDE), sorted(contract.OPEN), sorted(contract.DRAWS)


class Application(models.Model):
    """Somebody asks for a benefit. ``origin_unit`` is where they live, ``unit`` who has it now.

    ``rules`` and ``answers`` are the rules of the day on which it was handed in and what they said; ``amount`` (đồng)
    and ``line`` are set by the approval. Who asks is in :class:`Person`, sealed.
    """

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("chờ mã xác nhận")
        SUBMITTED = "submitted", _("chờ duyệt")
        PAPER = "paper", _("chờ giấy tờ")
        APPROVED = "approved", _("đã duyệt, chờ trao")
        DELIVERED = "delivered", _("đã trao")
        REFUSED = "refused", _("không được duyệt")
        WITHDRAWN = "withdrawn", _("đã rút")
        EXPIRED = "expired", _("hết hạn xác nhận")

    class Channel(models.TextChoices):
        WEB = "web", _("trang web")
        DESK = "desk", _("tại quầy")
        TEAM = "team", _("tổ công nghệ số cộng đồng")
        LIST = "list", _("danh sách của bên trao")

    class Gender(models.TextChoices):
        FEMALE = "female", _("nữ")
        MALE = "male", _("nam")
        UNKNOWN = "", _("chưa rõ")

    class Household(models.TextChoices):
        POOR = "poor", _("hộ nghèo")
        NEAR_POOR = "near_poor", _("hộ cận nghèo")
        MERIT = "merit", _("gia đình người có công")
        OTHER = "other", _("không thuộc các hộ trên")
        UNKNOWN = "", _("chưa rõ")

    ref = models.CharField(_("mã hồ sơ"), max_length=24, unique=True)
    request = models.CharField(max_length=80, blank=True)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="applications")
    channel = models.CharField(_("cách nộp"), max_length=4, choices=Channel)
    language = models.CharField(max_length=5, default="vi")
    state = models.CharField(_("trạng thái"), max_length=11, choices=State, default=State.UNCONFIRMED)
    origin_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("nơi cư trú"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("nơi xử lý"))
    needs_unit = models.BooleanField(_("chưa rõ đơn vị kế thừa"), default=False)
    gender = models.CharField(_("giới tính"), max_length=6, choices=Gender, blank=True)
    household = models.CharField(_("loại hộ"), max_length=9, choices=Household, blank=True)
    born = models.PositiveSmallIntegerField(_("năm sinh"), null=True)
    shown_name = models.CharField(_("người đề nghị"), max_length=80)
    shown_number = models.CharField(_("số định danh"), max_length=20)
    shown_phone = models.CharField(_("điện thoại"), max_length=20)
    shown_imei = models.CharField(_("IMEI máy cũ"), max_length=20, blank=True)
    rules = models.ForeignKey(Rules, models.PROTECT, null=True, related_name="+")
    answers = models.JSONField(_("kết quả đối chiếu điều kiện"), default=list)
    outcome = models.CharField(_("đủ điều kiện"), max_length=5, blank=True)
    line = models.ForeignKey(Quota, models.PROTECT, null=True, related_name="applications")
    amount = models.BigIntegerField(_("mức hỗ trợ (đồng)"), default=0)
    told_at = models.DateTimeField(_("gửi lúc"))
    submitted_at = models.DateTimeField(_("nộp lúc"), null=True)
    due_at = models.DateTimeField(_("hạn duyệt"), null=True)
    decided_at = models.DateTimeField(_("duyệt lúc"), null=True)
    delivered_at = models.DateTimeField(_("trao lúc"), null=True)
    taken_by = models.CharField(_("người nhập"), max_length=80, blank=True)
    answer = models.TextField(_("trả lời"), blank=True)
    entries_count = models.PositiveIntegerField(default=0)
    illustrative = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("hồ sơ hỗ trợ")
        verbose_name_plural = _("hồ sơ hỗ trợ")
        constraints = [
            models.UniqueConstraint(fields=["request"], name="support_asked_once", condition=~models.Q(request="")),
            models.CheckConstraint(name="support_amount", condition=models.Q(amount__gte=0)),
            models.CheckConstraint(
                name="support_draws_from_a_line", condition=models.Q(line__isnull=False) | ~models.Q(state__in=DRAWS)
            ),
            models.CheckConstraint(
                name="support_times",
                condition=models.Q(state__in=["unconfirmed", "expired"])
                | models.Q(submitted_at__isnull=False, due_at__isnull=False),
            ),
            models.CheckConstraint(
                name="support_delivered_has_its_time",
                condition=~models.Q(state="delivered") | models.Q(delivered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="support_refused_says_why", condition=~models.Q(state="refused") | ~models.Q(answer="")
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "due_at", "id"], name="support_inbox", condition=models.Q(state__in=OPEN)),
            models.Index(fields=["unit", "-told_at", "-id"], name="support_unit"),
            models.Index(fields=["programme", "state", "-id"], name="support_programme_state"),
            models.Index(fields=["told_at"], name="support_unproved", condition=models.Q(state="unconfirmed")),
        ]

    def __str__(self) -> str:
        return self.ref


class Person(models.Model):
    """Who asks: name, identity number, phone and IMEI as one sealed text, and the codes sent to the phone."""

    application = models.OneToOneField(Application, models.CASCADE, related_name="person")
    sealed = models.BinaryField()
    codes = models.PositiveSmallIntegerField(default=0)
    code_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("người đề nghị")
        verbose_name_plural = _("người đề nghị")

    def __str__(self) -> str:
        return f"#{self.application_id}"


class Claim(models.Model):
    """A number by which an application claims its benefit, as a keyed mark. While it is ``live`` no other has it.

    The database keeps ``live`` by the application's state (migration 0002).
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("số định danh")
        PHONE = "phone", _("số điện thoại")
        IMEI = "imei", _("IMEI")

    application = models.ForeignKey(Application, models.CASCADE, related_name="claims")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices=Kind)
    mark = models.CharField(max_length=64)
    live = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("số đã dùng")
        verbose_name_plural = _("số đã dùng")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "kind", "mark"], name="support_once", condition=models.Q(live=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.kind}"


class Entry(models.Model):
    """What happened to an application, numbered from 1 without gaps; never changed. ``public``: the person reads it."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="entries")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    by_name = models.CharField(max_length=200)
    did = models.CharField(max_length=24)
    state = models.CharField(max_length=11, choices=Application.State)
    note = models.TextField(blank=True)
    public = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("nhật ký hồ sơ")
        verbose_name_plural = _("nhật ký hồ sơ")
        constraints = [models.UniqueConstraint(fields=["application", "number"], name="support_entry_number")]

    def __str__(self) -> str:
        return f"{self.application_id} #{self.number} {self.did}"


class Delivery(models.Model):
    """A benefit was handed over: when, by whom, and the proof: a photo, a signed paper, or the giver's list."""

    application = models.OneToOneField(Application, models.PROTECT, related_name="delivery")
    on = models.DateField(_("ngày trao"))
    at = models.DateTimeField(_("ghi lúc"))
    by = models.CharField(max_length=80)
    by_name = models.CharField(_("người trao"), max_length=200)
    shown_imei = models.CharField(_("IMEI máy trao"), max_length=20, blank=True)
    proof = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name=_("bằng chứng"))
    listed = models.ForeignKey(List, models.PROTECT, null=True, related_name="+", verbose_name=_("danh sách"))
    note = models.CharField(_("ghi chú"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("lần trao")
        verbose_name_plural = _("lần trao")
        constraints = [
            models.CheckConstraint(
                name="support_delivery_has_proof",
                condition=models.Q(proof__isnull=False) | models.Q(listed__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"#{self.application_id} {self.on}"


class Complaint(models.Model):
    """Somebody does not agree with a refusal or a delivery; answered by a day."""

    class About(models.TextChoices):
        REFUSAL = "refusal", _("việc không được duyệt")
        DELIVERY = "delivery", _("việc trao hỗ trợ")
        OTHER = "other", _("việc khác")

    ref = models.CharField(_("mã"), max_length=24, unique=True)
    application = models.ForeignKey(Application, models.PROTECT, related_name="complaints")
    about = models.CharField(_("về"), max_length=8, choices=About)
    text = models.TextField(_("nội dung"))
    at = models.DateTimeField(_("gửi lúc"))
    due_at = models.DateTimeField(_("hạn trả lời"))
    answered_at = models.DateTimeField(_("trả lời lúc"), null=True)
    answer = models.TextField(_("trả lời"), blank=True)
    upheld = models.BooleanField(_("khiếu nại đúng"), null=True)
    by = models.CharField(max_length=80, blank=True)
    by_name = models.CharField(_("người trả lời"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("khiếu nại")
        verbose_name_plural = _("khiếu nại")
        constraints = [
            models.UniqueConstraint(
                fields=["application"], name="support_one_open_complaint", condition=models.Q(answered_at__isnull=True)
            ),
            models.CheckConstraint(
                name="support_answered_whole",
                condition=models.Q(answered_at__isnull=True, upheld__isnull=True)
                | (models.Q(answered_at__isnull=False, upheld__isnull=False) & ~models.Q(answer="")),
            ),
        ]

    def __str__(self) -> str:
        return self.ref


assert set(Application.State.values) == {str(application_state) for application_state in contract.ApplicationState}
