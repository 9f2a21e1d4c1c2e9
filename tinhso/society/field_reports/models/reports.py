"""Reports, what happened to them, and who handed them to whom.

What was told never changes (the database refuses), statuses follow each other only as ``contract.TRANSITIONS`` say, and
entries are only ever added.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Length, Trim
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.units.models import Unit
from tinhso.society.field_reports import contract

SHORTEST, LONGEST = 10, 2000  # letters of what whoever told reads at the end
TO_DO, OPEN = sorted(contract.TO_DO), sorted(contract.OPEN)


class Report(models.Model):
    """Something that somebody saw somewhere.

    ``origin_unit`` is the commune in which it lies; ``unit`` is who has it, which becomes the successor when units
    merge. ``text`` is what was told, ``public_text`` what anybody may read. Longitude and latitude in degrees (WGS 84),
    exact: nothing but ``queries.public`` gives them to the public.
    """

    class Status(models.IntegerChoices):
        UNCONFIRMED = 0, _("Chờ xác nhận người gửi")
        RECEIVED = 1, _("Đã tiếp nhận")
        CLASSIFYING = 2, _("Đang phân loại")
        TRANSFERRED = 3, _("Đã chuyển")
        IN_PROGRESS = 4, _("Đang xử lý")
        RESOLVED = 5, _("Đã xử lý")
        AWAITING = 6, _("Chờ dân xác nhận")
        CLOSED = 7, _("Đã đóng")
        DECLINED = 8, _("Không tiếp nhận")
        ESCALATED = 9, _("Chuyển cấp trên")
        MERGED = 10, _("Đã gộp")
        EXPIRED = 11, _("Hết hạn xác nhận")

    class Priority(models.IntegerChoices):
        DANGER = 1, _("Nguy hiểm")
        HIGH = 2, _("Gấp")
        NORMAL = 3, _("Thường")
        LOW = 4, _("Không gấp")

    class Channel(models.TextChoices):
        WEB = "web", _("trang web")
        APP = "app", _("ứng dụng")
        HOTLINE = "hotline", _("đường dây nóng")
        COUNTER = "counter", _("tại quầy")
        ZALO = "zalo", "Zalo"
        FACEBOOK = "facebook", "Facebook"
        SMS = "sms", _("tin nhắn SMS")
        MAIL = "mail", _("thư điện tử")
        OPEN311 = "open311", _("ứng dụng khác (Open311)")

    class Kind(models.TextChoices):
        FIELD = "field", _("phản ánh hiện trường")
        REGULATION = "regulation", _("phản ánh, kiến nghị về quy định hành chính")
        COMPLAINT = "complaint", _("khiếu nại")
        DENUNCIATION = "denunciation", _("tố cáo")

    class Origin(models.TextChoices):
        HERE = "here", _("gửi tới hệ thống này")
        DEMO = "demo", _("dữ liệu minh họa")

    ref = models.CharField(_("mã phản ánh"), max_length=24, unique=True)
    request = models.CharField(_("mã lần gửi"), max_length=80, blank=True)
    origin = models.CharField(_("nguồn"), max_length=6, choices=Origin, default=Origin.HERE)
    channel = models.CharField(_("kênh"), max_length=10, choices=Channel)
    language = models.CharField(_("ngôn ngữ"), max_length=5, default="vi")
    kind = models.CharField(_("loại việc"), max_length=12, choices=Kind, default=Kind.FIELD)
    category = models.CharField(_("lĩnh vực"), max_length=40)
    sensitive = models.BooleanField(_("lĩnh vực nhạy cảm"), default=False)
    priority = models.SmallIntegerField(_("mức độ"), choices=Priority, default=Priority.NORMAL)
    text = models.TextField(_("nội dung"))
    public_text = models.TextField(_("nội dung công khai"), blank=True)
    answer = models.TextField(_("trả lời người gửi"), blank=True)
    no_photo_why = models.TextField(_("vì sao không có ảnh sau xử lý"), blank=True)
    address = models.CharField(_("địa điểm"), max_length=300, blank=True)
    longitude = models.FloatField(_("kinh độ"), null=True)
    latitude = models.FloatField(_("vĩ độ"), null=True)
    origin_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("xã, phường xảy ra"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("nơi đang xử lý"))
    needs_unit = models.BooleanField(_("chưa rõ cơ quan kế thừa"), default=False)
    needs_decision = models.BooleanField(_("chờ phân định"), default=False)
    returns = models.PositiveSmallIntegerField(_("số lần chuyển trả"), default=0)
    holder = models.CharField(_("người giữ"), max_length=80, blank=True)
    holder_name = models.CharField(_("tên người giữ"), max_length=200, blank=True)
    status = models.SmallIntegerField(_("trạng thái"), choices=Status, default=Status.UNCONFIRMED)
    is_public = models.BooleanField(_("công khai"), default=False)
    sent_at = models.DateTimeField(_("gửi lúc"))
    received_at = models.DateTimeField(_("tiếp nhận lúc"), null=True)
    first_due_at = models.DateTimeField(_("hạn đầu"), null=True)
    due_at = models.DateTimeField(_("hạn xử lý"), null=True)
    provisional = models.BooleanField(_("hạn tạm tính"), default=False)
    classified_at = models.DateTimeField(_("phân loại lúc"), null=True)
    begun_at = models.DateTimeField(_("bắt đầu xử lý lúc"), null=True)
    resolved_at = models.DateTimeField(_("xử lý xong lúc"), null=True)
    closed_at = models.DateTimeField(_("kết thúc lúc"), null=True)
    confirm_by = models.DateTimeField(_("chờ xác nhận đến"), null=True)
    confirmed = models.BooleanField(_("người gửi xác nhận"), null=True)
    reopened = models.PositiveSmallIntegerField(_("số lần mở lại"), default=0)
    warned = models.PositiveSmallIntegerField(_("mức nhắc"), default=0)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged", verbose_name=_("gộp vào"))
    split_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts", verbose_name=_("tách từ"))
    followers_count = models.PositiveIntegerField(_("số người theo dõi"), default=0)
    entries_count = models.PositiveIntegerField(_("số mục nhật ký"), default=0)
    key_turn = models.PositiveSmallIntegerField(_("lần cấp khóa"), default=1)
    search_text = models.TextField(editable=False)
    # every unit that has or had to do with it: kept by the database, so that one index finds them all
    places = ArrayField(models.BigIntegerField(), editable=False, default=list)

    class Meta:
        verbose_name = _("phản ánh")
        verbose_name_plural = _("phản ánh")
        constraints = [
            models.CheckConstraint(name="field_reports_status_known", condition=models.Q(status__range=(0, 11))),
            models.CheckConstraint(name="field_reports_priority_known", condition=models.Q(priority__range=(1, 4))),
            models.CheckConstraint(
                name="field_reports_both_coordinates",
                condition=models.Q(longitude=None, latitude=None)
                | models.Q(longitude__range=(-180, 180), latitude__range=(-90, 90)),
            ),
            models.CheckConstraint(
                name="field_reports_received_has_its_time",
                condition=models.Q(status__in=[0, 11]) | models.Q(received_at__isnull=False, due_at__isnull=False),
            ),
            models.CheckConstraint(
                name="field_reports_resolved_has_its_time",
                condition=~models.Q(status__in=[5, 6, 7]) | models.Q(resolved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="field_reports_an_answer_says_something",
                condition=~models.Q(status__in=[5, 6, 7, 8, 9])
                | (
                    models.Q(GreaterThanOrEqual(Length(Trim("answer")), SHORTEST))
                    & models.Q(LessThanOrEqual(Length(Trim("answer")), LONGEST))
                ),
            ),
            models.CheckConstraint(
                name="field_reports_merged_knows_into_what",
                condition=models.Q(status=10, merged_into__isnull=False)
                | (~models.Q(status=10) & models.Q(merged_into__isnull=True)),
            ),
            models.CheckConstraint(
                name="field_reports_only_field_is_public", condition=models.Q(is_public=False) | models.Q(kind="field")
            ),
            models.UniqueConstraint(
                fields=["request"], name="field_reports_told_once", condition=~models.Q(request="")
            ),
        ]
        indexes = [
            GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="field_reports_search"),
            GinIndex(fields=["places"], name="field_reports_places"),
            models.Index(
                fields=["unit", "due_at", "id"], name="field_reports_inbox", condition=models.Q(status__in=TO_DO)
            ),
            models.Index(fields=["due_at", "id"], name="field_reports_due", condition=models.Q(status__in=TO_DO)),
            models.Index(fields=["holder", "due_at"], name="field_reports_mine", condition=models.Q(status__in=OPEN)),
            models.Index(fields=["unit", "-received_at", "-id"], name="field_reports_unit"),
            models.Index(fields=["-received_at", "-id"], name="field_reports_newest"),
            models.Index(fields=["confirm_by"], name="field_reports_silent", condition=models.Q(status=6)),
            models.Index(fields=["unit", "due_at"], name="field_reports_to_check", condition=models.Q(status=5)),
            models.Index(fields=["unit", "due_at"], name="field_reports_asked", condition=models.Q(status=6)),
            models.Index(fields=["sent_at"], name="field_reports_unproved", condition=models.Q(status=0)),
            models.Index(fields=["unit"], name="field_reports_doubtful", condition=models.Q(needs_unit=True)),
            models.Index(fields=["unit"], name="field_reports_disputed", condition=models.Q(needs_decision=True)),
        ]

    def __str__(self) -> str:
        return self.ref


class Entry(models.Model):
    """What happened to a report, numbered from 1 without gaps; never changed nor removed (the database refuses).

    ``public`` entries are shown to whoever follows the report.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="entries")
    number = models.PositiveIntegerField(_("số"))
    at = models.DateTimeField(_("lúc"))
    by = models.CharField(_("ai"), max_length=80)
    by_name = models.CharField(_("tên"), max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    did = models.CharField(_("việc"), max_length=24)
    status = models.SmallIntegerField(_("trạng thái sau đó"), choices=Report.Status)
    note = models.TextField(_("ghi chú"), blank=True)
    public = models.BooleanField(_("người gửi được xem"), default=True)
    detail = models.JSONField(_("chi tiết"), default=dict)

    class Meta:
        verbose_name = _("nhật ký phản ánh")
        verbose_name_plural = _("nhật ký phản ánh")
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="field_reports_entry_number")]
        indexes = [models.Index(fields=["at"], name="field_reports_entry_at")]

    def __str__(self) -> str:
        return f"{self.report_id} #{self.number} {self.did}"


class Handover(models.Model):
    """A unit gave a report to another, saying why. ``is_return``: the other one had it before."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="handovers")
    at = models.DateTimeField(_("lúc"))
    by = models.CharField(_("ai"), max_length=80)
    before = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("từ"))
    after = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("đến"))
    why = models.TextField(_("lý do"))
    is_return = models.BooleanField(_("chuyển trả"), default=False)

    class Meta:
        verbose_name = _("lần chuyển")
        verbose_name_plural = _("lần chuyển")
        constraints = [
            models.CheckConstraint(name="field_reports_handover_moves", condition=~models.Q(before=models.F("after")))
        ]

    def __str__(self) -> str:
        return f"{self.report_id}: {self.before_id} → {self.after_id}"


class Cell(models.Model):
    """How many public reports lie in a cell of a grid of ``level`` cells a degree; kept by the database."""

    level = models.SmallIntegerField(_("lưới"))
    x = models.IntegerField()
    y = models.IntegerField()
    category = models.CharField(_("lĩnh vực"), max_length=40)
    is_open = models.BooleanField(_("chưa xong"))
    count = models.IntegerField(_("số phản ánh"), default=0)

    class Meta:
        verbose_name = _("ô bản đồ")
        verbose_name_plural = _("ô bản đồ")
        constraints = [
            models.UniqueConstraint(
                fields=["level", "x", "y", "category", "is_open"], name="field_reports_one_cell", include=["count"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.level}: {self.x}, {self.y} = {self.count}"


assert {int(status) for status in Report.Status} == {int(status) for status in contract.Status}
assert set(Report.Channel.values) == {str(channel) for channel in contract.Channel}
