"""Lists that a giver hands in: held, looked through row by row, taken over, and undone as a whole."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.society.support.models.programmes import Programme


class List(models.Model):
    """A file of people to whom a giver gave something, or wants to."""

    class State(models.TextChoices):
        HELD = "held", _("chờ xem lại")
        TAKEN = "taken", _("đã nhận vào")
        UNDONE = "undone", _("đã bỏ")

    ref = models.CharField(_("mã"), max_length=24, unique=True)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="lists")
    file_name = models.CharField(_("tệp"), max_length=200)
    state = models.CharField(_("trạng thái"), max_length=6, choices=State, default=State.HELD)
    at = models.DateTimeField(_("gửi lúc"))
    by = models.CharField(max_length=80)
    by_name = models.CharField(_("người gửi"), max_length=200)
    rows = models.IntegerField(_("số dòng"), default=0)
    faults = models.IntegerField(_("dòng lỗi"), default=0)

    class Meta:
        verbose_name = _("danh sách của bên trao")
        verbose_name_plural = _("danh sách của bên trao")

    def __str__(self) -> str:
        return self.file_name


class Listed(models.Model):
    """A row of a list: sealed until it is taken over, with what is wrong with it, or the application that it became."""

    of = models.ForeignKey(List, models.CASCADE, related_name="lines")
    number = models.IntegerField(_("dòng"))
    shown = models.CharField(max_length=120)
    sealed = models.BinaryField(default=bytes)
    fault = models.CharField(max_length=300, blank=True)
    application = models.OneToOneField("support.Application", models.PROTECT, null=True, related_name="listed_as")

    class Meta:
        verbose_name = _("dòng của danh sách")
        verbose_name_plural = _("dòng của danh sách")
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="support_listed_number")]

    def __str__(self) -> str:
        return f"{self.of_id} {self.number}"
