"""Requests for signatures: versions of a draft, whose turn it is, numbers, and what happened.

Which state may follow which, and that nothing signed is ever rewritten, the database itself enforces (migration 0004).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.signing.models.signed import Signature
from tinhso.blocks.units.models import Unit


class Request(models.Model):
    """A document on its way: drafted, signed by everybody in turn, numbered, sealed and issued, or given up.

    ``key`` is the caller's own name of the asking (asked twice, there is one request); ``about`` names what it is to
    its keeper. ``version`` and ``place`` say which version waits for which turn (0: for none). ``number_text`` is how
    the number is written, also one that was given before it came here.
    """

    class State(models.TextChoices):
        """How far a document has come."""

        DRAFT = "draft", _("Đang soạn")
        SIGNING = "signing", _("Chờ ký")
        RETURNED = "returned", _("Bị trả lại")
        SIGNED = "signed", _("Đủ chữ ký, chờ đóng dấu")
        NUMBERED = "numbered", _("Đã cấp số, chờ đóng dấu")
        ISSUED = "issued", _("Đã ban hành")
        CANCELLED = "cancelled", _("Đã hủy")

    class Numbering(models.TextChoices):
        """When a number is given: never here, before it came, before the first signature, or after the last."""

        NONE = "none", _("Không cấp số")
        GIVEN = "given", _("Đã có số")
        BEFORE = "before", _("Cấp số trước khi ký")
        AFTER = "after", _("Cấp số sau khi ký")

    class Origin(models.TextChoices):
        """Where it comes from."""

        HERE = "here", _("Hệ thống này")
        DEMO = "demo", _("Minh họa")

    ref = models.CharField(_("mã"), max_length=24, unique=True)
    key = models.CharField(_("yêu cầu"), max_length=120, unique=True)
    about = models.CharField(_("về"), max_length=120, db_index=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("cơ quan ban hành"))
    kind = models.CharField(_("loại văn bản"), max_length=80)
    title = models.CharField(_("trích yếu"), max_length=500)
    notation = models.CharField(_("ký hiệu"), max_length=40, blank=True)
    numbering = models.CharField(_("cấp số"), max_length=10, choices=Numbering)
    needs_seal = models.BooleanField(_("cần đóng dấu"), default=True)
    state = models.CharField(_("trạng thái"), max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveSmallIntegerField(_("bản"), default=1)
    place = models.PositiveSmallIntegerField(_("lượt ký"), default=0)
    year = models.PositiveSmallIntegerField(_("năm"), null=True)
    number = models.PositiveIntegerField(_("số"), null=True)
    number_text = models.CharField(_("số, ký hiệu"), max_length=100, blank=True)
    day = models.DateField(_("ngày văn bản"), null=True)
    due_at = models.DateTimeField(_("hạn"), null=True)
    created_at = models.DateTimeField(_("soạn lúc"))
    created_by = models.CharField(_("người soạn"), max_length=80, db_index=True)
    created_by_name = models.CharField(_("tên người soạn"), max_length=200)
    sent_at = models.DateTimeField(_("trình ký lúc"), null=True)
    signed_at = models.DateTimeField(_("đủ chữ ký lúc"), null=True)
    issued_at = models.DateTimeField(_("ban hành lúc"), null=True)
    closed_at = models.DateTimeField(_("hủy lúc"), null=True)
    returned_count = models.PositiveSmallIntegerField(_("số lần trả lại"), default=0)
    seal = models.OneToOneField(Signature, models.PROTECT, null=True, related_name="+", verbose_name=_("dấu"))
    entries_count = models.PositiveIntegerField(_("số mục nhật ký"), default=0)
    origin = models.CharField(_("nguồn gốc"), max_length=10, choices=Origin, default=Origin.HERE)

    class Meta:
        verbose_name = _("yêu cầu ký")
        verbose_name_plural = _("yêu cầu ký")
        indexes = [models.Index(fields=["state", "unit"], name="signing_request_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "notation", "year", "number"],
                name="signing_number_once",
                condition=models.Q(number__isnull=False),
            ),
            models.CheckConstraint(
                name="signing_number_whole",
                condition=models.Q(number=None, year=None) | models.Q(number__gt=0, year__gt=0, notation__gt=""),
            ),
            models.CheckConstraint(
                name="signing_numbered_first",
                condition=~models.Q(state__in=["numbered", "issued"], numbering__in=["before", "after"], number=None),
            ),
            models.CheckConstraint(
                name="signing_number_stays_used",
                condition=~models.Q(state="cancelled", number__isnull=False),
            ),
            models.CheckConstraint(
                name="signing_issued_whole",
                condition=models.Q(state="issued", issued_at__isnull=False, needs_seal=True, seal__isnull=False)
                | models.Q(state="issued", issued_at__isnull=False, needs_seal=False, seal=None)
                | (~models.Q(state="issued") & models.Q(issued_at=None, seal=None)),
            ),
            models.CheckConstraint(
                name="signing_turn_while_signing",
                condition=models.Q(state="signing", place__gt=0) | (~models.Q(state="signing") & models.Q(place=0)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.title}"


class Version(models.Model):
    """The bytes of one version, as they were sent to be signed; another version is another row."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("bản"))
    content = models.BinaryField(_("nội dung"))
    sha256 = models.CharField(_("mã băm"), max_length=64, db_index=True)
    pages = models.PositiveSmallIntegerField(_("số trang"))
    at = models.DateTimeField(_("lúc"))
    by = models.CharField(_("người đưa lên"), max_length=80)
    by_name = models.CharField(_("tên người đưa lên"), max_length=200)

    class Meta:
        verbose_name = _("bản trình ký")
        verbose_name_plural = _("bản trình ký")
        constraints = [models.UniqueConstraint(fields=["request", "number"], name="signing_version_once")]

    def __str__(self) -> str:
        return f"{self.request_id}/{self.number}"


class Turn(models.Model):
    """One whose signature a version needs, in order; ``by`` is who signed, perhaps for a ``holder`` who is away.

    ``form`` is how they sign (TM., KT., TL., TUQ., empty: in their own name), ``office`` the line under it.
    """

    request = models.ForeignKey(Request, models.PROTECT, related_name="turns")
    version = models.PositiveSmallIntegerField(_("bản"))
    place = models.PositiveSmallIntegerField(_("thứ tự"))
    holder = models.CharField(_("người ký"), max_length=80, db_index=True)
    holder_name = models.CharField(_("tên người ký"), max_length=200)
    form = models.CharField(_("hình thức ký"), max_length=10, blank=True)
    office = models.CharField(_("chức vụ"), max_length=200, blank=True)
    opened_at = models.DateTimeField(_("đến lượt lúc"), null=True)
    signed_at = models.DateTimeField(_("ký lúc"), null=True)
    refused_at = models.DateTimeField(_("từ chối lúc"), null=True)
    why = models.TextField(_("lý do"), blank=True)
    by = models.CharField(_("người thực hiện"), max_length=80, blank=True)
    by_name = models.CharField(_("tên người thực hiện"), max_length=200, blank=True)
    signature = models.OneToOneField(Signature, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("lượt ký")
        verbose_name_plural = _("lượt ký")
        constraints = [
            models.UniqueConstraint(fields=["request", "version", "place"], name="signing_turn_once"),
            models.UniqueConstraint(fields=["request", "version", "holder"], name="signing_holder_once"),
            models.CheckConstraint(
                name="signing_turn_whole",
                condition=models.Q(signed_at=None, signature=None)
                | models.Q(signed_at__isnull=False, signature__isnull=False, refused_at=None, by__gt=""),
            ),
            models.CheckConstraint(
                name="signing_refused_says_why", condition=models.Q(refused_at=None) | models.Q(why__gt="", by__gt="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}/{self.version}/{self.place}"


class Entry(models.Model):
    """What happened to a request; never changed, never removed."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField(_("thứ tự"))
    at = models.DateTimeField(_("lúc"))
    by = models.CharField(_("người làm"), max_length=80)
    by_name = models.CharField(_("tên người làm"), max_length=200)
    did = models.CharField(_("việc"), max_length=40)
    version = models.PositiveSmallIntegerField(_("bản"))
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("nhật ký ký")
        verbose_name_plural = _("nhật ký ký")
        constraints = [models.UniqueConstraint(fields=["request", "number"], name="signing_entry_once")]

    def __str__(self) -> str:
        return f"{self.request_id}/{self.number} {self.did}"


class StandIn(models.Model):
    """While ``holder`` is away ``to`` signs what waits for them, with a key of their own, in the form ``form``."""

    holder = models.CharField(_("người vắng"), max_length=80)
    holder_name = models.CharField(_("tên người vắng"), max_length=200)
    to = models.CharField(_("người ký thay"), max_length=80)
    to_name = models.CharField(_("tên người ký thay"), max_length=200)
    form = models.CharField(_("hình thức ký"), max_length=10)
    first = models.DateField(_("từ ngày"))
    last = models.DateField(_("đến hết ngày"))
    at = models.DateTimeField(_("ghi lúc"))
    ended_at = models.DateTimeField(_("thôi lúc"), null=True)

    class Meta:
        verbose_name = _("ủy quyền ký")
        verbose_name_plural = _("ủy quyền ký")
        constraints = [
            models.CheckConstraint(name="signing_stand_in_days", condition=models.Q(last__gte=models.F("first"))),
            models.CheckConstraint(name="signing_stand_in_another", condition=~models.Q(holder=models.F("to"))),
        ]

    def __str__(self) -> str:
        return f"{self.holder_name} → {self.to_name}"
