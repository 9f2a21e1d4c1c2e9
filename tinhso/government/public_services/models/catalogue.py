"""Procedures and their versions with two times: the days on which a version is in force, and since when (and until
when) the system knew it so.

A version is one row: what a publishing decision says a procedure is, from one day to another. A case keeps the
``ref`` of the version under which it was filed. A correction keeps the live row and copies what was formerly known into
a row of its own, whose ``known`` is closed: the database refuses to change or remove such a row.
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.cases.models import Case as Dossier


class LifeEvent(models.Model):
    """What happens in a life, or in the life of a firm, that brings people to the administration."""

    code = models.CharField(_("mã"), max_length=40, unique=True)
    name = models.CharField(_("tên"), max_length=120)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=120, blank=True)
    audience = models.CharField(_("của ai"), max_length=12)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        verbose_name = _("sự kiện trong đời")
        verbose_name_plural = _("sự kiện trong đời")
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class Procedure(models.Model):
    """What the law lets one apply for. ``code`` is opaque and public; a local one stands in for a national code that
    nobody has given yet."""

    code = models.CharField(_("mã"), max_length=40, unique=True)
    has_local_code = models.BooleanField(_("mã tạm của tỉnh"), default=False)

    class Meta:
        verbose_name = _("thủ tục hành chính")
        verbose_name_plural = _("thủ tục hành chính")

    def __str__(self) -> str:
        return self.code


class Alias(models.Model):
    """A code that a procedure went by before, or goes by elsewhere."""

    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="aliases")
    value = models.CharField(_("mã khác"), max_length=40, db_index=True)

    class Meta:
        verbose_name = _("mã khác")
        verbose_name_plural = _("mã khác")
        constraints = [models.UniqueConstraint(fields=["procedure", "value"], name="public_services_alias_once")]

    def __str__(self) -> str:
        return self.value


class Version(models.Model):
    """What a procedure is from one day to another, as known during ``known``.

    ``ref`` is public: code and first day (``2.000635-20240901``), unique among what is known now. ``cases``,
    ``papers``, ``results``, ``bases`` and ``forms`` are lists in the shape of ``queries.parts``; amounts in them are
    decimal strings.
    """

    class Online(models.TextChoices):
        FULL = "full", _("toàn trình")
        PART = "part", _("một phần")
        INFO = "info", _("cung cấp thông tin")

    class Level(models.TextChoices):
        PROVINCE = "province", _("cấp tỉnh")
        COMMUNE = "commune", _("cấp xã")
        DISTRICT = "district", _("cấp huyện")
        OTHER = "other", _("cơ quan khác")

    class Audience(models.TextChoices):
        CITIZEN = "citizen", _("công dân")
        ENTERPRISE = "enterprise", _("doanh nghiệp")
        HOUSEHOLD = "household", _("hộ kinh doanh")
        COOPERATIVE = "cooperative", _("hợp tác xã")
        ORGANISATION = "organisation", _("tổ chức khác")
        OFFICIAL = "official", _("cán bộ, công chức, viên chức")
        FOREIGNER = "foreigner", _("người nước ngoài, người Việt Nam ở nước ngoài")

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="versions")
    ref = models.CharField(_("tham chiếu"), max_length=50)
    effective = DateRangeField(_("hiệu lực"))
    known = DateTimeRangeField(_("được biết"))
    name = models.CharField(_("tên"), max_length=500)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=500, blank=True)
    field_code = models.CharField(_("mã lĩnh vực"), max_length=40)
    field = models.CharField(_("lĩnh vực"), max_length=200)
    field_en = models.CharField(_("lĩnh vực (tiếng Anh)"), max_length=200, blank=True)
    agency = models.CharField(_("mã cơ quan có thẩm quyền"), max_length=20)
    agency_name = models.CharField(_("cơ quan có thẩm quyền"), max_length=200)
    levels = ArrayField(models.CharField(max_length=10, choices=Level), verbose_name=_("cấp thực hiện"))
    online = models.CharField(_("mức độ trực tuyến"), max_length=4, choices=Online)
    part_reason = models.TextField(_("lý do chỉ một phần"), blank=True)
    part_rule = models.TextField(_("quy định của pháp luật chuyên ngành"), blank=True)
    portal_since = models.DateField(_("công khai trên Cổng Dịch vụ công quốc gia từ"), null=True)
    audiences = ArrayField(models.CharField(max_length=12, choices=Audience), verbose_name=_("đối tượng"))
    life_events = ArrayField(models.CharField(max_length=40), verbose_name=_("sự kiện trong đời"), default=list)
    keywords = ArrayField(models.CharField(max_length=80), verbose_name=_("từ hay gọi"), default=list)
    decision_number = models.CharField(_("số quyết định công bố"), max_length=60, blank=True)
    decision_date = models.DateField(_("ngày quyết định công bố"), null=True)
    decision_agency = models.CharField(_("cơ quan công bố"), max_length=200, blank=True)
    ended_by_number = models.CharField(_("số quyết định hết hiệu lực"), max_length=60, blank=True)
    ended_by_date = models.DateField(_("ngày quyết định hết hiệu lực"), null=True)
    ended_by_agency = models.CharField(_("cơ quan quyết định hết hiệu lực"), max_length=200, blank=True)
    cases = models.JSONField(_("trường hợp"), default=list)
    papers = models.JSONField(_("thành phần hồ sơ"), default=list)
    results = models.JSONField(_("kết quả"), default=list)
    bases = models.JSONField(_("căn cứ pháp lý"), default=list)
    forms = models.JSONField(_("mẫu đơn, tờ khai"), default=list)
    conditions = models.TextField(_("yêu cầu, điều kiện"), blank=True)
    steps = models.TextField(_("trình tự thực hiện"), blank=True)
    source = models.CharField(_("nguồn"), max_length=300, blank=True)
    verified = models.BooleanField(_("đã kiểm chứng"), default=False)
    illustrative = models.BooleanField(_("dữ liệu minh họa"), default=False)
    search_text = models.TextField(editable=False)
    sort_key = models.BinaryField(editable=False)

    class Meta:
        verbose_name = _("phiên bản thủ tục")
        verbose_name_plural = _("phiên bản thủ tục")
        constraints = [
            ExclusionConstraint(
                name="public_services_one_version_at_a_time",
                expressions=[
                    ("procedure", RangeOperators.EQUAL),
                    ("effective", RangeOperators.OVERLAPS),
                    ("known", RangeOperators.OVERLAPS),
                ],
                deferrable=models.Deferrable.IMMEDIATE,  # one statement may move the border between two versions
            ),
            models.UniqueConstraint(
                "ref", name="public_services_ref_known_once", condition=models.Q(known__endswith__isnull=True)
            ),
            models.CheckConstraint(
                name="public_services_effect_not_empty",
                condition=models.Q(effective__isempty=False, effective__startswith__isnull=False),
            ),
            models.CheckConstraint(
                name="public_services_part_says_why",  # Nghị định 224/2026/NĐ-CP, Điều 14
                condition=~models.Q(online="part") | models.Q(part_reason__regex=r"\S", part_rule__regex=r"\S"),
            ),
            models.CheckConstraint(
                name="public_services_online_level", condition=models.Q(online__in=["full", "part", "info"])
            ),
        ]
        indexes = [
            GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="public_services_search"),
            models.Index(fields=["ref"], name="public_services_ref"),
        ]

    def __str__(self) -> str:
        return self.ref


class Import(models.Model):
    """Versions of procedures from a file or typed on a page: held until somebody has seen what they would do, then
    done, perhaps undone.

    ``procedure`` and ``mark`` are those of a page: the code, and what was known of it when the page was opened.
    """

    class Way(models.TextChoices):
        FILE = "file", _("từ tệp")
        PAGE = "page", _("sửa trên trang")
        END = "end", _("hết hiệu lực")

    class State(models.TextChoices):
        HELD = "held", _("chờ xác nhận")
        DONE = "done", _("đã nhập")
        UNDONE = "undone", _("đã hoàn tác")

    ref = models.CharField(_("mã"), max_length=24, unique=True)
    state = models.CharField(_("trạng thái"), max_length=6, choices=State, default=State.HELD)
    at = models.DateTimeField(_("lúc"))
    by = models.CharField(_("ai"), max_length=80)
    by_name = models.CharField(_("tên"), max_length=200)
    way = models.CharField(_("cách nhập"), max_length=4, choices=Way, default=Way.FILE)
    procedure = models.CharField(_("mã thủ tục"), max_length=40, blank=True)
    mark = models.CharField(_("dấu của điều đang được biết"), max_length=64, blank=True)
    file_name = models.CharField(_("tên tệp"), max_length=200)
    whole_from = models.DateField(_("là toàn bộ danh mục từ ngày"), null=True)
    expires_at = models.DateTimeField(_("hết hạn lúc"))
    documents = models.JSONField(_("nội dung đọc được"), default=list)
    report = models.JSONField(_("thay đổi"), default=list)
    touched = models.JSONField(_("phiên bản đã đổi"), default=list)
    undone_at = models.DateTimeField(_("hoàn tác lúc"), null=True)
    undone_by = models.CharField(_("người hoàn tác"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("lần nhập danh mục")
        verbose_name_plural = _("các lần nhập danh mục")

    def __str__(self) -> str:
        return self.ref


class Submission(models.Model):
    """What another system handed in for an applicant: the application first (number 1), then what was asked for.

    ``by`` is the program that sent it and may read the case ever after; ``client`` what it calls itself
    (``INSTANCE/CLASS/MEMBER/SUBSYSTEM``), which nobody has proven; ``applicant_id`` its own reference of the applicant.
    ``data`` and ``document_urls`` are as they were sent. Never changed nor removed (the database refuses).
    """

    case = models.ForeignKey(Dossier, models.PROTECT, related_name="+", verbose_name=_("hồ sơ"))
    number = models.PositiveSmallIntegerField(_("lần"))
    at = models.DateTimeField(_("lúc"))
    by = models.CharField(_("chương trình gửi"), max_length=80, db_index=True)
    client = models.CharField(_("hệ thống gửi tự xưng"), max_length=200)
    applicant_id = models.CharField(_("mã người nộp ở hệ thống gửi"), max_length=100, db_index=True)
    name = models.CharField(_("tên hồ sơ"), max_length=200, blank=True)
    created = models.DateTimeField(_("soạn lúc"), null=True)
    form = models.CharField(_("mẫu điện tử"), max_length=80, blank=True)
    data = models.JSONField(_("nội dung kê khai"), null=True)
    document_urls = models.JSONField(_("địa chỉ tài liệu"), default=list)

    class Meta:
        verbose_name = _("lần gửi của hệ thống khác")
        verbose_name_plural = _("các lần gửi của hệ thống khác")
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="public_services_submission_number")]

    def __str__(self) -> str:
        return f"{self.case_id} #{self.number}"
