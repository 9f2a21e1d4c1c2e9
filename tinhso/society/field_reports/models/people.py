"""Who told and who follows: personal data, apart from the reports so that lists need not read it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.society.field_reports.models.reports import Report


class Reporter(models.Model):
    """Who told. ``sealed``: a denouncer, whom only a right of its own opens, each time with a reason.

    ``sender`` is who the channel says wrote; ``codes`` counts the codes sent, ``tries`` those guessed at the last one.
    """

    report = models.OneToOneField(Report, models.CASCADE, related_name="reporter")
    name = models.CharField(_("họ tên"), max_length=200, blank=True)
    phone = models.CharField(_("điện thoại"), max_length=20, blank=True)
    email = models.EmailField(_("thư điện tử"), blank=True)
    sender = models.CharField(_("người gửi trên kênh"), max_length=120, blank=True)
    account = models.CharField(_("tài khoản"), max_length=80, blank=True, db_index=True)
    sealed = models.BooleanField(_("niêm phong"), default=False)
    codes = models.PositiveSmallIntegerField(_("số mã đã gửi"), default=0)
    code_at = models.DateTimeField(_("gửi mã lúc"), null=True)
    tries = models.PositiveSmallIntegerField(_("số lần nhập sai"), default=0)

    class Meta:
        verbose_name = _("người phản ánh")
        verbose_name_plural = _("người phản ánh")

    def __str__(self) -> str:
        return f"#{self.report_id}"


class Follower(models.Model):
    """Somebody who wants to hear what becomes of a report; whoever told it is the first.

    ``told_of`` is the report under whose reference and key they follow: it stays when that one is merged.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="followers")
    told_of = models.ForeignKey(Report, models.CASCADE, related_name="+", verbose_name=_("phản ánh đã gửi"))
    channel = models.CharField(_("kênh"), max_length=10, choices=Report.Channel)
    sender = models.CharField(_("người theo dõi"), max_length=254)
    language = models.CharField(_("ngôn ngữ"), max_length=5, default="vi")
    since = models.DateTimeField(_("từ"))

    class Meta:
        verbose_name = _("người theo dõi")
        verbose_name_plural = _("người theo dõi")
        constraints = [
            models.UniqueConstraint(fields=["report", "channel", "sender"], name="field_reports_follows_once")
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.channel}"


class Rating(models.Model):
    """What whoever told thinks of one step: 1 to 5. Shown to nobody singly, and in sums only where there are enough."""

    class Step(models.TextChoices):
        RECEIVING = "receiving", _("tiếp nhận")
        HANDLING = "handling", _("xử lý")
        RESULT = "result", _("kết quả")

    report = models.ForeignKey(Report, models.CASCADE, related_name="ratings")
    step = models.CharField(_("bước"), max_length=10, choices=Step)
    points = models.PositiveSmallIntegerField(_("điểm"))
    note = models.TextField(_("ý kiến"), blank=True)
    at = models.DateTimeField(_("lúc"))

    class Meta:
        verbose_name = _("đánh giá")
        verbose_name_plural = _("đánh giá")
        constraints = [
            models.UniqueConstraint(fields=["report", "step"], name="field_reports_rated_once"),
            models.CheckConstraint(name="field_reports_points", condition=models.Q(points__range=(1, 5))),
        ]

    def __str__(self) -> str:
        return f"#{self.report_id} {self.step}"
