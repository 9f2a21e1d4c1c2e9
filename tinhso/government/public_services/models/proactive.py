"""Proactive services: rules in two times, what was offered to whom, and who wants to hear no more of it.

Legal basis: Nghị định 224/2026/NĐ-CP, Điều 16: four levels, the citizen may confirm, refuse or adjust, and the state
before can be restored. All else is data that a province can correct (``proactive.toml``).
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.cases.models import Case as Dossier
from tinhso.blocks.units.models import Unit


class ProactiveRule(models.Model):
    """What is offered to whom, from one day to another, as known during ``known``; a row never changes but for its end.

    ``trigger``, ``prefill`` and ``held`` have the shape of ``queries.proactive.shape``; ``procedure`` is a code of the
    catalogue.
    """

    class Level(models.IntegerChoices):
        REMIND = 1, _("nhắc")
        PREPARE = 2, _("nhắc và soạn sẵn")
        RECOMMEND = 3, _("soạn sẵn và khuyến nghị")
        AUTOMATIC = 4, _("tự động")

    code = models.CharField(_("mã quy tắc"), max_length=40)
    effective = DateRangeField(_("hiệu lực"))
    known = DateTimeRangeField(_("được biết"))
    name = models.CharField(_("tên"), max_length=200)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=200, blank=True)
    level = models.PositiveSmallIntegerField(_("mức độ"), choices=Level)
    procedure = models.CharField(_("mã thủ tục"), max_length=40)
    option = models.CharField(_("mã trường hợp"), max_length=40, blank=True)
    trigger = models.JSONField(_("khi nào"))
    prefill = models.JSONField(_("điền sẵn"), default=dict)
    held = models.JSONField(_("giấy tờ nhà nước đã có"), default=list)
    title = models.CharField(_("lời nhắn"), max_length=200)
    title_en = models.CharField(_("lời nhắn tiếng Anh"), max_length=200, blank=True)
    text = models.TextField(_("nội dung"))
    text_en = models.TextField(_("nội dung tiếng Anh"), blank=True)
    why = models.TextField(_("vì sao khuyến nghị"), blank=True)
    why_en = models.TextField(_("vì sao khuyến nghị (tiếng Anh)"), blank=True)
    basis = models.CharField(_("căn cứ"), max_length=300)
    notice_days = models.PositiveSmallIntegerField(_("số ngày báo trước"), default=0)
    restore_days = models.PositiveSmallIntegerField(_("số ngày được khôi phục"), default=30)
    lapse_days = models.PositiveSmallIntegerField(_("số ngày lời mời còn hiệu lực"), default=60)
    catch_up_days = models.PositiveSmallIntegerField(_("số ngày tìm lùi"), default=30)
    source = models.CharField(_("nguồn"), max_length=300, blank=True)
    verified = models.BooleanField(_("đã kiểm chứng"), default=False)
    illustrative = models.BooleanField(_("dữ liệu minh họa"), default=False)

    class Meta:
        verbose_name = _("quy tắc chủ động")
        verbose_name_plural = _("quy tắc chủ động")
        constraints = [
            ExclusionConstraint(
                name="public_services_one_rule_at_a_time",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    ("effective", RangeOperators.OVERLAPS),
                    ("known", RangeOperators.OVERLAPS),
                ],
                deferrable=models.Deferrable.IMMEDIATE,
            ),
            models.CheckConstraint(name="public_services_rule_level", condition=models.Q(level__range=(1, 4))),
            models.CheckConstraint(
                name="public_services_rule_gives_notice",
                condition=~models.Q(level=4) | models.Q(notice_days__gte=1, restore_days__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}-{self.effective.lower:%Y%m%d}"


class ProactiveSwitch(models.Model):
    """A rule was switched off, or on again; the newest of a code holds, and none is ever changed or removed."""

    code = models.CharField(_("mã quy tắc"), max_length=40, db_index=True)
    off = models.BooleanField(_("tắt"))
    at = models.DateTimeField(_("lúc"))
    by = models.CharField(_("ai"), max_length=80)
    by_name = models.CharField(_("tên"), max_length=200)
    why = models.CharField(_("lý do"), max_length=300)

    class Meta:
        verbose_name = _("lần bật, tắt quy tắc")
        verbose_name_plural = _("các lần bật, tắt quy tắc")
        constraints = [
            models.CheckConstraint(name="public_services_switch_says_why", condition=models.Q(why__regex=r"\S")),
        ]

    def __str__(self) -> str:
        return f"{self.code} {'off' if self.off else 'on'}"


class ProactiveSilence(models.Model):
    """A person does not want to be told of a rule: ``person`` is the keyed hash that cases keep of an owner."""

    person = models.CharField(_("khóa của người"), max_length=64)
    code = models.CharField(_("mã quy tắc"), max_length=40)
    since = models.DateTimeField(_("từ"))
    until = models.DateTimeField(_("đến"), null=True)

    class Meta:
        verbose_name = _("người không muốn nhận nhắc")
        verbose_name_plural = _("người không muốn nhận nhắc")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "code"], name="public_services_silent_once", condition=models.Q(until=None)
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ProactiveOffer(models.Model):
    """What was offered to a person by a rule for one occurrence; the database keeps the order of states.

    ``person`` is a keyed hash; who it is stands in ``source`` alone, the case from which it was known.
    ``occurrence`` names what gave rise to it (``case:…``, ``paper:…``, ``age:…``), ``on`` the day that it was about.
    ``notice_until`` is None until the person was told; only after it may a case be filed without their word.
    """

    class State(models.TextChoices):
        OFFERED = "offered", _("đã gửi")
        OPENED = "opened", _("đã xem")
        CONFIRMED = "confirmed", _("đã đồng ý")
        ADJUSTED = "adjusted", _("đã điều chỉnh")
        REFUSED = "refused", _("đã từ chối")
        EXPIRED = "expired", _("đã hết hạn")
        DONE = "done", _("đã nộp hồ sơ")
        RESTORED = "restored", _("đã khôi phục")

    ref = models.CharField(_("mã"), max_length=24, unique=True)
    rule = models.ForeignKey(ProactiveRule, models.PROTECT, related_name="offers", verbose_name=_("quy tắc"))
    code = models.CharField(_("mã quy tắc"), max_length=40)
    level = models.PositiveSmallIntegerField(_("mức độ"), choices=ProactiveRule.Level)
    person = models.CharField(_("khóa của người"), max_length=64)
    occurrence = models.CharField(_("lần phát sinh"), max_length=80)
    on = models.DateField(_("của ngày"))
    source = models.ForeignKey(Dossier, models.PROTECT, related_name="+", verbose_name=_("biết từ hồ sơ"))
    paper = models.CharField(_("giấy tờ liên quan"), max_length=24, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    state = models.CharField(_("trạng thái"), max_length=9, choices=State, default=State.OFFERED)
    answer = models.CharField(_("người dân trả lời"), max_length=9, blank=True)
    automatic = models.BooleanField(_("tự động nộp"), default=False)
    draft = models.CharField(_("bản nháp"), max_length=40, blank=True, db_index=True)
    filed = models.OneToOneField(Dossier, models.PROTECT, null=True, related_name="+", verbose_name=_("hồ sơ đã nộp"))
    held_back = models.CharField(_("vì sao không tự động nộp"), max_length=300, blank=True)
    offered_at = models.DateTimeField(_("gửi lúc"))
    lapses_on = models.DateField(_("hết hạn ngày"))
    told_at = models.DateTimeField(_("báo cho người dân lúc"), null=True)
    notice_until = models.DateTimeField(_("báo trước đến"), null=True)
    opened_at = models.DateTimeField(_("xem lúc"), null=True)
    answered_at = models.DateTimeField(_("trả lời lúc"), null=True)
    ended_at = models.DateTimeField(_("hết hạn lúc"), null=True)
    done_at = models.DateTimeField(_("nộp lúc"), null=True)
    restore_until = models.DateTimeField(_("khôi phục được đến"), null=True)
    restored_at = models.DateTimeField(_("khôi phục lúc"), null=True)

    class Meta:
        verbose_name = _("lời mời chủ động")
        verbose_name_plural = _("lời mời chủ động")
        constraints = [
            models.UniqueConstraint(fields=["person", "code", "occurrence"], name="public_services_offered_once"),
            models.CheckConstraint(
                name="public_services_offer_of_somebody", condition=models.Q(person__regex=r"^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(
                name="public_services_done_has_its_dossier",
                condition=models.Q(
                    state__in=["done", "restored"],
                    filed__isnull=False,
                    done_at__isnull=False,
                    restore_until__isnull=False,
                )
                | (~models.Q(state__in=["done", "restored"]) & models.Q(filed=None, done_at=None, restore_until=None)),
            ),
            models.CheckConstraint(
                name="public_services_done_by_word_or_silence",
                condition=models.Q(done_at=None)
                | models.Q(automatic=True)
                | models.Q(answer__in=["confirmed", "adjusted"]),
            ),
            models.CheckConstraint(
                name="public_services_restored_has_both_times",
                condition=models.Q(state="restored", restored_at__gte=models.F("done_at"))
                | (~models.Q(state="restored") & models.Q(restored_at=None)),
            ),
            models.CheckConstraint(
                name="public_services_automatic_after_notice",
                condition=models.Q(automatic=False)
                | models.Q(
                    level=4,
                    answer="",
                    notice_until__isnull=False,
                    done_at__isnull=False,
                    done_at__gte=models.F("notice_until"),
                ),
            ),
            models.CheckConstraint(
                name="public_services_answered_has_its_time",
                condition=models.Q(answer="", answered_at=None)
                | models.Q(answer__in=["confirmed", "adjusted", "refused"], answered_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["code", "-offered_at"], name="public_services_by_rule"),
            models.Index(fields=["offered_at"], name="public_services_offered"),
            models.Index(
                fields=["notice_until"],
                name="public_services_due",
                condition=models.Q(level=4, held_back="", state__in=["offered", "opened"]),
            ),
            models.Index(
                fields=["lapses_on"],
                name="public_services_lapsing",
                condition=models.Q(state__in=["offered", "opened"]),
            ),
        ]

    def __str__(self) -> str:
        return self.ref
