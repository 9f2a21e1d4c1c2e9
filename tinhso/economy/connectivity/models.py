"""Four registers: operators, base stations, what each operator reaches, post offices and cultural posts."""

from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.registers.models import ALIVE, LYING, Entry, facets_of, indexes_of, key_of, words_of


class State(models.TextChoices):
    """Whether a station or a post works."""

    IN_USE = "in_use", _("đang hoạt động")
    BROKEN = "broken", _("hỏng, tạm ngừng")
    PLANNED = "planned", _("chưa hoạt động")


class Operator(Entry):
    """A telecom operator that serves the province. ``code`` is the one that monthly returns use."""

    code = models.CharField(_("mã"), max_length=20)
    mobile = models.BooleanField(_("cung cấp dịch vụ di động"), default=False)
    fixed = models.BooleanField(_("cung cấp Internet cố định"), default=False)
    site = models.URLField(_("trang web"), max_length=300, blank=True)
    words, key = words_of("ref", "name", "code"), key_of("code")
    facets = facets_of("mobile", "fixed")

    class Meta(Entry.Meta):
        indexes = indexes_of("mobile", "fixed")
        verbose_name = _("doanh nghiệp viễn thông")
        verbose_name_plural = _("doanh nghiệp viễn thông")


class Station(Entry):
    """A base station (BTS) of one operator at one place, with what it sends."""

    code = models.CharField(_("mã trạm"), max_length=40)
    operator = models.ForeignKey(
        Operator, models.PROTECT, related_name="stations", verbose_name=_("doanh nghiệp viễn thông")
    )
    g2 = models.BooleanField(_("2G"), default=False)
    g3 = models.BooleanField(_("3G"), default=False)
    g4 = models.BooleanField(_("4G"), default=False)
    g5 = models.BooleanField(_("5G"), default=False)
    since = models.DateField(_("phát sóng từ"), null=True, blank=True)
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.IN_USE)
    words, key = words_of("ref", "name", "code"), key_of("code")
    facets = facets_of("operator", "state", "g3", "g4", "g5")

    class Meta(Entry.Meta):
        indexes = [
            *indexes_of("operator", "state", "g3", "g4", "g5"),
            # the station nearest to a place is asked for
            GistIndex(
                models.Func("longitude", "latitude", function="point"), name="reg_station_near", condition=ALIVE & LYING
            ),
        ]
        verbose_name = _("trạm phát sóng")
        verbose_name_plural = _("trạm phát sóng")
        constraints = [
            *Entry.Meta.constraints,
            models.CheckConstraint(
                name="connectivity_station_sends",
                condition=models.Q(g2=True) | models.Q(g3=True) | models.Q(g4=True) | models.Q(g5=True),
            ),
        ]


class Coverage(Entry):
    """What one operator's network reaches in a commune, a hamlet or a part of it, as ``told_by`` says on ``told_on``.

    Of a place without a record nothing is known; a record that ticks nothing says that nothing reaches it.
    """

    class Source(models.TextChoices):
        OPERATOR = "operator", _("nhà mạng báo")
        MEASURED = "measured", _("cơ quan đo kiểm")
        COMMUNE = "commune", _("xã, phường báo")

    code = models.CharField(_("mã"), max_length=60)
    operator = models.ForeignKey(
        Operator, models.PROTECT, related_name="coverage", verbose_name=_("doanh nghiệp viễn thông")
    )
    g2 = models.BooleanField(_("2G"), default=False)
    g3 = models.BooleanField(_("3G"), default=False)
    g4 = models.BooleanField(_("4G"), default=False)
    g5 = models.BooleanField(_("5G"), default=False)
    told_by = models.CharField(_("nguồn"), max_length=10, choices=Source, default=Source.OPERATOR)
    told_on = models.DateField(_("ngày của nguồn"))
    words, key = words_of("ref", "name", "code"), key_of("code")
    facets = facets_of("operator", "told_by", "g2", "g3", "g4", "g5")

    class Meta(Entry.Meta):
        verbose_name = _("vùng phủ sóng")
        verbose_name_plural = _("vùng phủ sóng")
        indexes = indexes_of("operator", "told_by", "g2", "g3", "g4", "g5")


class Post(Entry):
    """A post office or a commune's cultural post. ``same_day``: letters and papers arrive on the day they come in."""

    class Kind(models.TextChoices):
        OFFICE = "office", _("bưu cục")
        CULTURAL = "cultural", _("điểm bưu điện – văn hóa xã")

    code = models.CharField(_("mã"), max_length=40)
    kind = models.CharField(_("loại"), max_length=10, choices=Kind)
    address = models.CharField(_("địa chỉ"), max_length=300, blank=True)
    same_day = models.BooleanField(_("có thư báo trong ngày"), default=False)
    helps_online = models.BooleanField(_("giúp làm thủ tục trực tuyến"), default=False)
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.IN_USE)
    words, key = words_of("ref", "name", "code", "address"), key_of("code")
    facets = facets_of("kind", "state", "same_day", "helps_online")

    class Meta(Entry.Meta):
        indexes = indexes_of("kind", "state", "same_day", "helps_online")
        verbose_name = _("điểm bưu chính")
        verbose_name_plural = _("điểm bưu chính")
