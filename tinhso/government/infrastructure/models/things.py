"""The four registers of infrastructure, and what depends on what across them."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.registers.models import Entry, facets_of, indexes_of, key_of, words_of

POSITIVE = [MinValueValidator(0)]


class State(models.TextChoices):
    """Whether a thing is in use, kept in reserve, broken, or still planned."""

    IN_USE = "in_use", _("đang dùng")
    SPARE = "spare", _("dự phòng")
    BROKEN = "broken", _("hỏng")
    PLANNED = "planned", _("chưa đưa vào dùng")


class Room(Entry):
    """A room that holds servers or ends of lines."""

    class Kind(models.TextChoices):
        CENTRE = "centre", _("trung tâm dữ liệu tỉnh")
        BACKUP = "backup", _("trung tâm dự phòng")
        ROOM = "room", _("phòng máy của cơ quan")
        CABINET = "cabinet", _("tủ mạng cấp xã")

    code = models.CharField(_("mã"), max_length=40)
    kind = models.CharField(_("loại"), max_length=10, choices=Kind)
    address = models.CharField(_("địa chỉ"), max_length=300, blank=True)
    power_kw = models.DecimalField(
        _("công suất điện (kW)"), max_digits=8, decimal_places=2, null=True, blank=True, validators=POSITIVE
    )
    backup_minutes = models.IntegerField(_("phút chạy khi mất điện"), null=True, blank=True, validators=POSITIVE)
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.IN_USE)
    words, key, facets = words_of("ref", "name", "code", "address"), key_of("code"), facets_of("kind", "state")

    class Meta(Entry.Meta):
        indexes = indexes_of("kind", "state")
        verbose_name = _("phòng máy")
        verbose_name_plural = _("phòng máy")


class Server(Entry):
    """A machine, of metal or virtual, or a network device."""

    class Kind(models.TextChoices):
        PHYSICAL = "physical", _("máy chủ vật lý")
        VIRTUAL = "virtual", _("máy chủ ảo")
        STORAGE = "storage", _("thiết bị lưu trữ")
        NETWORK = "network", _("thiết bị mạng")
        SECURITY = "security", _("thiết bị an toàn thông tin")

    code = models.CharField(_("mã"), max_length=40)
    kind = models.CharField(_("loại"), max_length=10, choices=Kind)
    room = models.ForeignKey(
        Room, models.PROTECT, related_name="servers", null=True, blank=True, verbose_name=_("phòng máy")
    )
    system = models.CharField(_("hệ điều hành"), max_length=100, blank=True)
    cores = models.IntegerField(_("số nhân"), null=True, blank=True, validators=POSITIVE)
    memory_gb = models.IntegerField(_("bộ nhớ (GB)"), null=True, blank=True, validators=POSITIVE)
    disk_tb = models.DecimalField(
        _("dung lượng đĩa (TB)"), max_digits=8, decimal_places=2, null=True, blank=True, validators=POSITIVE
    )
    bought_on = models.DateField(_("ngày đưa vào dùng"), null=True, blank=True)
    warranty_until = models.DateField(_("bảo hành đến"), null=True, blank=True)
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.IN_USE)
    words, key = words_of("ref", "name", "code", "system"), key_of("code")
    facets = facets_of("kind", "state", "room")

    class Meta(Entry.Meta):
        indexes = indexes_of("kind", "state", "room")
        verbose_name = _("máy chủ, thiết bị")
        verbose_name_plural = _("máy chủ, thiết bị")


class Service(Entry):
    """What people or programs use: a portal, a shared platform, mail."""

    class Kind(models.TextChoices):
        PUBLIC = "public", _("phục vụ người dân, doanh nghiệp")
        INTERNAL = "internal", _("nội bộ cơ quan nhà nước")
        SHARED = "shared", _("nền tảng dùng chung")

    code = models.CharField(_("mã"), max_length=40)
    kind = models.CharField(_("loại"), max_length=10, choices=Kind)
    essential = models.BooleanField(_("thiết yếu"), default=False)
    level = models.IntegerField(_("cấp độ an toàn"), choices=[(n, str(n)) for n in range(1, 6)], null=True, blank=True)
    address = models.URLField(_("địa chỉ mạng"), max_length=300, blank=True)
    fallback = models.CharField(_("cách làm khi ngừng"), max_length=500, blank=True)
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.IN_USE)
    words, key = words_of("ref", "name", "code", "address"), key_of("code")
    facets = facets_of("kind", "state", "essential", "level")

    class Meta(Entry.Meta):
        indexes = indexes_of("kind", "state", "essential", "level")
        verbose_name = _("dịch vụ số")
        verbose_name_plural = _("dịch vụ số")


class Line(Entry):
    """A line that serves the unit: within the building, to the Internet, or of the Party and State's own network."""

    class Kind(models.TextChoices):
        LAN = "lan", _("mạng nội bộ (LAN)")
        INTERNET = "internet", _("Internet")
        DEDICATED = "tslcd", _("mạng truyền số liệu chuyên dùng")

    code = models.CharField(_("mã"), max_length=40)
    kind = models.CharField(_("loại"), max_length=10, choices=Kind)
    room = models.ForeignKey(
        Room, models.PROTECT, related_name="lines", null=True, blank=True, verbose_name=_("nối đến phòng máy")
    )
    provider = models.CharField(_("nhà cung cấp"), max_length=120, blank=True)
    mbps = models.IntegerField(_("băng thông (Mbps)"), null=True, blank=True, validators=POSITIVE)
    reserve = models.BooleanField(_("đường dự phòng"), default=False)
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.IN_USE)
    words, key = words_of("ref", "name", "code", "provider"), key_of("code")
    facets = facets_of("kind", "state", "provider", "reserve")

    class Meta(Entry.Meta):
        indexes = indexes_of("kind", "state", "provider", "reserve")
        verbose_name = _("đường truyền")
        verbose_name_plural = _("đường truyền")


class Dependency(models.Model):
    """``of`` stops when ``on`` stops: references of things of any of the four registers. Ended, never deleted."""

    of = models.CharField(max_length=40, db_index=True)
    on = models.CharField(max_length=40, db_index=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    by = models.CharField(max_length=80)

    class Meta:
        verbose_name = _("phụ thuộc")
        verbose_name_plural = _("phụ thuộc")
        constraints = [
            models.UniqueConstraint(
                fields=["of", "on"], name="infrastructure_depends_once", condition=models.Q(until__isnull=True)
            ),
            models.CheckConstraint(name="infrastructure_not_on_itself", condition=~models.Q(of=models.F("on"))),
        ]

    def __str__(self) -> str:
        return f"{self.of} → {self.on}"
