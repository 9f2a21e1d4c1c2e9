"""Cases, who applied, the steps that wait at posts, the times when the clock stood still, and what happened.

What was filed never changes (the database refuses), statuses follow each other only as ``contract.TRANSITIONS`` say,
and entries are only ever added.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.cases import contract
from tinhso.blocks.cases.models.words import FoldedWords
from tinhso.blocks.units.models import Unit


class Case(models.Model):
    """A case. ``code`` is ``{organisation}-{yymmdd}-{nnnn}``: no two, no gaps within an organisation's day.

    ``origin_unit`` is who was competent when it was filed and never changes; ``unit`` is who works on it, which becomes
    the successor when units merge. ``submitted_at`` is when it was handed in, ``received_at`` when it was found
    complete: the clock runs from there.
    """

    class Status(models.IntegerChoices):
        FILED = 1, _("Mới đăng ký")
        RECEIVED = 2, _("Được tiếp nhận")
        DECLINED = 3, _("Không được tiếp nhận")
        IN_PROCESS = 4, _("Đang xử lý")
        AWAITING_SUPPLEMENT = 5, _("Yêu cầu bổ sung")
        AWAITING_PAYMENT = 6, _("Yêu cầu nghĩa vụ tài chính")
        WITHDRAWN = 7, _("Công dân rút")
        STOPPED = 8, _("Dừng xử lý")
        FINISHED = 9, _("Đã xử lý xong")
        RETURNED = 10, _("Đã trả kết quả")

    class Channel(models.IntegerChoices):
        IN_PERSON = 1, _("trực tiếp")
        ONLINE = 2, _("trực tuyến")
        POST = 3, _("bưu chính công ích")

    class Origin(models.TextChoices):
        HERE = "here", _("nộp tại hệ thống này")
        DEMO = "demo", _("dữ liệu minh họa")
        IMPORT = "import", _("chuyển từ hệ thống khác")

    code = models.CharField(_("mã hồ sơ"), max_length=40)
    origin = models.CharField(_("nguồn"), max_length=6, choices=Origin, default=Origin.HERE)
    provider = models.CharField(_("nơi công bố thủ tục"), max_length=40)
    procedure = models.CharField(_("mã thủ tục"), max_length=40)
    version = models.CharField(_("phiên bản thủ tục"), max_length=60)
    option = models.CharField(_("mã trường hợp"), max_length=40, blank=True)
    option_name = models.CharField(_("trường hợp"), max_length=200, blank=True)
    name = models.CharField(_("tên thủ tục"), max_length=500)
    field_code = models.CharField(_("mã lĩnh vực"), max_length=40)
    field = models.CharField(_("lĩnh vực"), max_length=200)
    result = models.CharField(_("kết quả phải trả"), max_length=300, blank=True)
    channel = models.SmallIntegerField(_("cách nộp"), choices=Channel)
    support_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, db_index=False, related_name="+", verbose_name=_("nơi hỗ trợ")
    )
    receiving_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", db_index=False, verbose_name=_("nơi tiếp nhận")
    )
    origin_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("cơ quan có thẩm quyền"))
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", db_index=False, verbose_name=_("cơ quan đang giải quyết")
    )
    needs_unit = models.BooleanField(_("chưa rõ cơ quan kế thừa"), default=False)
    status = models.SmallIntegerField(_("trạng thái"), choices=Status, default=Status.FILED)
    resumes_as = models.SmallIntegerField(_("trạng thái khi tiếp tục"), null=True, choices=Status)
    submitted_at = models.DateTimeField(_("nộp lúc"))
    received_at = models.DateTimeField(_("tiếp nhận hợp lệ lúc"), null=True)
    amount = models.PositiveSmallIntegerField(_("thời hạn"), null=True)
    measure = models.CharField(_("đơn vị thời hạn"), max_length=12, blank=True)
    cutoff = models.TimeField(_("giờ chốt trong ngày"), null=True)
    at_once = models.BooleanField(_("trả ngay"), default=False)
    first_due_at = models.DateTimeField(_("hẹn trả lần đầu"), null=True)
    due_at = models.DateTimeField(_("hẹn trả"), null=True)
    provisional = models.BooleanField(_("hạn tạm tính"), default=False)
    finished_at = models.DateTimeField(_("xử lý xong lúc"), null=True)
    returned_at = models.DateTimeField(_("trả kết quả lúc"), null=True)
    closed_why = models.TextField(_("lý do kết thúc"), blank=True)
    outcome = models.CharField(_("kết quả"), max_length=300, blank=True)
    outcome_number = models.CharField(_("số, ký hiệu kết quả"), max_length=80, blank=True)
    papers = models.JSONField(_("giấy tờ"), default=list)
    charges = models.JSONField(_("phí, lệ phí"), default=list)
    form = models.CharField(_("mẫu điện tử"), max_length=80, blank=True)
    values = models.JSONField(_("nội dung kê khai"), default=dict)
    request = models.CharField(_("mã lần nộp"), max_length=40, blank=True)
    rating = models.PositiveSmallIntegerField(_("điểm hài lòng"), null=True)
    rating_note = models.TextField(_("ý kiến"), blank=True)
    entries_count = models.PositiveIntegerField(_("số mục nhật ký"), default=0)
    tasks_count = models.PositiveIntegerField(_("số bước"), default=0)
    key_turn = models.PositiveSmallIntegerField(_("lần cấp khóa tra cứu"), default=1)
    search_text = models.TextField(editable=False)
    words = models.GeneratedField(
        expression=FoldedWords("search_text"), output_field=SearchVectorField(), db_persist=True
    )
    # every unit that has to do with it, and whom a step asked: kept by the database, so that one index finds them all
    places = ArrayField(models.BigIntegerField(), editable=False, default=list)

    class Meta:
        verbose_name = _("hồ sơ")
        verbose_name_plural = _("hồ sơ")
        constraints = [
            models.CheckConstraint(name="cases_status_known", condition=models.Q(status__range=(1, 10))),
            models.CheckConstraint(
                name="cases_worked_on_was_received",
                condition=~models.Q(status__in=[2, 4, 9, 10]) | models.Q(received_at__isnull=False),
            ),
            models.CheckConstraint(
                name="cases_finished_has_its_time",
                condition=models.Q(status__in=[9, 10], finished_at__isnull=False)
                | (~models.Q(status__in=[9, 10]) & models.Q(finished_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="cases_returned_has_its_time",
                condition=models.Q(status=10, returned_at__isnull=False)
                | (~models.Q(status=10) & models.Q(returned_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="cases_waiting_knows_its_way_back",
                condition=models.Q(status__in=[5, 6], resumes_as__isnull=False)
                | (~models.Q(status__in=[5, 6]) & models.Q(resumes_as__isnull=True)),
            ),
            models.CheckConstraint(
                name="cases_no_says_why",
                condition=~models.Q(status__in=[3, 7, 8]) | models.Q(closed_why__regex=r"\S"),
            ),
            models.CheckConstraint(
                name="cases_times_in_order",
                condition=(models.Q(received_at=None) | models.Q(received_at__gte=models.F("submitted_at")))
                & (models.Q(finished_at=None) | models.Q(finished_at__gte=models.F("received_at")))
                & (models.Q(returned_at=None) | models.Q(returned_at__gte=models.F("finished_at"))),
            ),
            models.CheckConstraint(
                name="cases_rating", condition=models.Q(rating=None) | models.Q(rating__range=(1, 5))
            ),
            models.UniqueConstraint(fields=["code"], name="cases_code"),
            models.UniqueConstraint(
                fields=["request"], name="cases_filed_once", condition=~models.Q(request="")
            ),  # a form sent twice is one case
        ]
        indexes = [
            GinIndex(fields=["words", "places"], name="cases_words"),  # each alone, and both at once
            models.Index(fields=["unit", "status", "due_at"], name="cases_unit"),
            models.Index(fields=["receiving_unit", "-submitted_at"], name="cases_receiving"),
            models.Index(fields=["submitted_at", "id"], name="cases_newest"),  # the order of lists, whole
            models.Index(
                fields=["due_at"], name="cases_running", condition=models.Q(status__in=[2, 4], finished_at=None)
            ),
            models.Index(fields=["needs_unit"], name="cases_doubtful", condition=models.Q(needs_unit=True)),
        ]

    def __str__(self) -> str:
        return self.code


class Party(models.Model):
    """Who applied: personal data, apart from the case so that lists need not read it."""

    class Kind(models.IntegerChoices):
        CITIZEN = 0, _("công dân")
        ENTERPRISE = 1, _("doanh nghiệp, tổ chức")
        HOUSEHOLD = 2, _("hộ kinh doanh")

    case = models.OneToOneField(Case, models.CASCADE, related_name="party")
    kind = models.SmallIntegerField(_("đối tượng"), choices=Kind, default=Kind.CITIZEN)
    name = models.CharField(_("họ tên, tên tổ chức"), max_length=200)
    id_number = models.CharField(_("số giấy tờ"), max_length=20, blank=True)
    owner = models.CharField(_("khóa chủ hồ sơ"), max_length=64, blank=True)
    phone = models.CharField(_("điện thoại"), max_length=20, blank=True)
    email = models.EmailField(_("thư điện tử"), blank=True)
    address = models.CharField(_("địa chỉ"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("người nộp")
        verbose_name_plural = _("người nộp")
        indexes = [models.Index(fields=["owner"], name="cases_owner")]

    def __str__(self) -> str:
        return self.name


class Task(models.Model):
    """A step of a case that waits at a post, or was done there: of who holds ``right`` at ``unit``.

    ``holder`` is the person who took it or was given it; empty while anybody of the post may.
    """

    case = models.ForeignKey(Case, models.CASCADE, db_index=False, related_name="tasks")
    number = models.PositiveIntegerField(_("bước"))
    key = models.CharField(_("mã bước"), max_length=80)
    name = models.CharField(_("việc"), max_length=200)
    right = models.CharField(_("quyền cần có"), max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, db_index=False, related_name="+", verbose_name=_("đơn vị"))
    holder = models.CharField(_("người giữ"), max_length=80, blank=True)
    holder_name = models.CharField(_("tên người giữ"), max_length=200, blank=True)
    opened_at = models.DateTimeField(_("đến lúc"))
    due_at = models.DateTimeField(_("hạn của bước"), null=True)
    waiting = models.BooleanField(_("đang chờ người nộp"), default=False)
    done_at = models.DateTimeField(_("xong lúc"), null=True)
    done_by = models.CharField(_("người làm"), max_length=80, blank=True)
    done_by_name = models.CharField(_("tên người làm"), max_length=200, blank=True)
    outcome = models.CharField(_("kết quả bước"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("bước giải quyết")
        verbose_name_plural = _("bước giải quyết")
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="cases_task_number"),
            models.UniqueConstraint(
                fields=["case", "key"], name="cases_one_open_step", condition=models.Q(done_at=None)
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "right", "due_at"], name="cases_inbox", condition=models.Q(done_at=None)),
            models.Index(fields=["holder", "due_at"], name="cases_mine", condition=models.Q(done_at=None)),
            models.Index(fields=["done_by", "-done_at"], name="cases_done_by"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.name}"


class Pause(models.Model):
    """A time for which the clock stood still because the applicant had to act."""

    class Kind(models.TextChoices):
        SUPPLEMENT = "supplement", _("chờ bổ sung")
        PAYMENT = "payment", _("chờ nộp tiền")

    case = models.ForeignKey(Case, models.CASCADE, related_name="pauses")
    kind = models.CharField(_("vì sao"), max_length=10, choices=Kind)
    since = models.DateTimeField(_("từ"))
    until = models.DateTimeField(_("đến"), null=True)
    reasons = models.JSONField(_("nội dung yêu cầu"), default=list)
    answer = models.TextField(_("người nộp trả lời"), blank=True)

    class Meta:
        verbose_name = _("thời gian tạm dừng")
        verbose_name_plural = _("thời gian tạm dừng")
        constraints = [
            models.UniqueConstraint(fields=["case"], name="cases_one_open_pause", condition=models.Q(until=None)),
            models.CheckConstraint(
                name="cases_pause_in_order", condition=models.Q(until=None) | models.Q(until__gte=models.F("since"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.since:%Y-%m-%d}"


class Extension(models.Model):
    """A promise put off with an apology: ``amount`` more of what the case's duration is told in."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="extensions")
    at = models.DateTimeField(_("lúc"))
    by = models.CharField(_("ai"), max_length=80)
    by_name = models.CharField(_("tên"), max_length=200)
    amount = models.PositiveSmallIntegerField(_("thêm"))
    why = models.TextField(_("lý do"))
    was_due_at = models.DateTimeField(_("hẹn trả cũ"))
    due_at = models.DateTimeField(_("hẹn trả mới"))

    class Meta:
        verbose_name = _("gia hạn")
        verbose_name_plural = _("gia hạn")
        constraints = [
            models.CheckConstraint(name="cases_extension_says_why", condition=models.Q(why__regex=r"\S")),
            models.CheckConstraint(name="cases_extension_adds", condition=models.Q(amount__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} +{self.amount}"


class Entry(models.Model):
    """What happened to a case, numbered from 1 without gaps; never changed nor removed (the database refuses).

    ``public`` entries are shown to who tracks the case; ``detail`` holds plain values: who handed over to whom.
    """

    case = models.ForeignKey(Case, models.CASCADE, db_index=False, related_name="entries")
    number = models.PositiveIntegerField(_("số"))
    at = models.DateTimeField(_("lúc"))
    by = models.CharField(_("ai"), max_length=80)
    by_name = models.CharField(_("tên"), max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, db_index=False, related_name="+")
    did = models.CharField(_("việc"), max_length=24)
    status = models.SmallIntegerField(_("trạng thái sau đó"), choices=Case.Status)
    note = models.TextField(_("ghi chú"), blank=True)
    public = models.BooleanField(_("người nộp được xem"), default=True)
    detail = models.JSONField(_("chi tiết"), default=dict)

    class Meta:
        verbose_name = _("nhật ký hồ sơ")
        verbose_name_plural = _("nhật ký hồ sơ")
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="cases_entry_number")]

    def __str__(self) -> str:
        return f"{self.case_id} #{self.number} {self.did}"


class Counter(models.Model):
    """The last number that an organisation gave on a day."""

    organisation = models.CharField(_("mã cơ quan"), max_length=30)
    day = models.DateField(_("ngày"))
    last = models.PositiveIntegerField(_("số cuối"), default=0)

    class Meta:
        verbose_name = _("sổ số hồ sơ")
        verbose_name_plural = _("sổ số hồ sơ")
        constraints = [models.UniqueConstraint(fields=["organisation", "day"], name="cases_one_counter")]

    def __str__(self) -> str:
        return f"{self.organisation} {self.day}: {self.last}"


class StandIn(models.Model):
    """During leave, ``to`` may do what waits for ``holder``."""

    holder = models.CharField(_("người vắng"), max_length=80, db_index=True)
    holder_name = models.CharField(_("tên người vắng"), max_length=200)
    to = models.CharField(_("người làm thay"), max_length=80, db_index=True)
    to_name = models.CharField(_("tên người làm thay"), max_length=200)
    first = models.DateField(_("từ ngày"))
    last = models.DateField(_("đến hết ngày"))
    by = models.CharField(_("ai ghi"), max_length=80)
    at = models.DateTimeField(_("lúc"))
    ended_at = models.DateTimeField(_("bỏ lúc"), null=True)

    class Meta:
        verbose_name = _("ủy quyền xử lý")
        verbose_name_plural = _("ủy quyền xử lý")
        constraints = [
            models.CheckConstraint(name="cases_stand_in_days", condition=models.Q(last__gte=models.F("first"))),
            models.CheckConstraint(name="cases_stand_in_for_another", condition=~models.Q(holder=models.F("to"))),
        ]

    def __str__(self) -> str:
        return f"{self.holder_name} → {self.to_name}"


assert {int(status) for status in Case.Status} == {int(status) for status in contract.Status}
