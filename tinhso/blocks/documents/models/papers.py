"""Papers in the vaults of people and organisations, where they were used, and scans being made readable."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.documents.models.files import StoredFile
from tinhso.blocks.units.models import Unit


class Paper(models.Model):
    """One paper. Whose it is stands here as a keyed hash and the last four characters, never in the clear.

    It never changes (the database refuses) but for being withdrawn. ``made_from`` is the paper that it is a readable
    version of. An empty ``owner`` means that it lies in nobody's vault, only in what it is used in.
    """

    ref = models.CharField(_("mã"), max_length=24, unique=True)
    owner = models.CharField(_("chủ giấy tờ"), max_length=64, blank=True)
    owner_end = models.CharField(_("bốn ký tự cuối"), max_length=4, blank=True)
    kind = models.CharField(_("mã loại giấy tờ"), max_length=80)
    name = models.CharField(_("tên giấy tờ"), max_length=300)
    number = models.CharField(_("số, ký hiệu"), max_length=100, blank=True)
    issued_on = models.DateField(_("ngày cấp"), null=True)
    valid_until = models.DateField(_("có giá trị đến"), null=True)
    issuer = models.CharField(_("nơi cấp"), max_length=300, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="papers", verbose_name=_("tệp"))
    file_name = models.CharField(_("tên tệp"), max_length=160)
    made_from = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="readable", verbose_name=_("lập từ giấy tờ")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("nơi nhận"))
    is_result = models.BooleanField(_("là kết quả giải quyết"), default=False)
    digitised_at = models.DateTimeField(_("số hóa lúc"), null=True)
    kept_at = models.DateTimeField(_("cất lúc"))
    kept_by = models.CharField(_("người cất"), max_length=80)
    withdrawn_at = models.DateTimeField(_("thu hồi lúc"), null=True)
    withdrawn_by = models.CharField(_("người thu hồi"), max_length=80, blank=True)
    withdrawn_why = models.TextField(_("lý do thu hồi"), blank=True)

    class Meta:
        verbose_name = _("giấy tờ")
        verbose_name_plural = _("giấy tờ")
        constraints = [
            models.CheckConstraint(
                name="documents_paper_says_why", condition=models.Q(withdrawn_at=None) | ~models.Q(withdrawn_why="")
            ),
            models.CheckConstraint(
                name="documents_paper_valid_after_issue",
                condition=models.Q(valid_until=None)
                | models.Q(issued_on=None)
                | models.Q(valid_until__gte=models.F("issued_on")),
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "kind", "-id"], name="documents_vault"),
            models.Index(fields=["kept_at"], name="documents_paper_kept"),
        ]

    def __str__(self) -> str:
        return self.name


class PaperUse(models.Model):
    """A paper was used in something, known by a reference that only others understand. ``reused``: it was there before.

    A use never changes nor goes away (the database refuses).
    """

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="uses")
    used_in = models.CharField(_("dùng trong"), max_length=120, db_index=True)
    reused = models.BooleanField(_("dùng lại"))
    at = models.DateTimeField(_("lúc"), db_index=True)
    by = models.CharField(_("ai"), max_length=80)

    class Meta:
        verbose_name = _("lần dùng giấy tờ")
        verbose_name_plural = _("lần dùng giấy tờ")
        constraints = [models.UniqueConstraint(fields=["paper", "used_in"], name="documents_used_once")]

    def __str__(self) -> str:
        return f"{self.paper_id} → {self.used_in}"


class Digitisation(models.Model):
    """A scan being made readable: text is recognised page by page; the scan itself stays as it is.

    ``parts`` are the papers within it as ``contract.Part`` tells them.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Đang chờ")
        WORKING = "working", _("Đang nhận dạng chữ")
        DONE = "done", _("Đã xong")
        FAILED = "failed", _("Không làm được")
        UNAVAILABLE = "unavailable", _("Máy chủ không có chương trình nhận dạng chữ")

    ref = models.CharField(_("mã"), max_length=24, unique=True)
    source = models.ForeignKey(StoredFile, models.PROTECT, related_name="digitisations", verbose_name=_("bản quét"))
    parts = models.JSONField(_("các giấy tờ"))
    state = models.CharField(_("trạng thái"), max_length=12, choices=State, default=State.WAITING)
    pages = models.PositiveIntegerField(_("số trang"))
    pages_done = models.PositiveIntegerField(_("số trang đã xong"), default=0)
    tries = models.PositiveSmallIntegerField(_("số lần thử"), default=0)
    trouble = models.CharField(_("trục trặc"), max_length=300, blank=True)
    asked_at = models.DateTimeField(_("yêu cầu lúc"))
    asked_by = models.CharField(_("người yêu cầu"), max_length=80)
    finished_at = models.DateTimeField(_("xong lúc"), null=True)

    class Meta:
        verbose_name = _("lần số hóa")
        verbose_name_plural = _("lần số hóa")
        constraints = [
            models.CheckConstraint(
                name="documents_done_says_when", condition=~models.Q(state="done") | ~models.Q(finished_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.ref


class DigitisedPart(models.Model):
    """One paper cut out of a scan: a PDF whose text can be searched, and that text."""

    digitisation = models.ForeignKey(Digitisation, models.PROTECT, related_name="made")
    place = models.PositiveSmallIntegerField(_("thứ tự"))
    name = models.CharField(_("tên giấy tờ"), max_length=300)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="digitised_parts", verbose_name=_("tệp"))
    text = models.TextField(_("chữ nhận dạng được"), blank=True)

    class Meta:
        verbose_name = _("giấy tờ đã số hóa")
        verbose_name_plural = _("giấy tờ đã số hóa")
        constraints = [models.UniqueConstraint(fields=["digitisation", "place"], name="documents_part_once")]

    def __str__(self) -> str:
        return self.name
