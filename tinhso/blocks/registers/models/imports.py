"""A file on its way into a register: rows as they were read, and what is wrong with them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.registers.models.history import Act


class Import(models.Model):
    """One file: looked at first, then taken over whole, and perhaps undone whole."""

    class State(models.TextChoices):
        HELD = "held", _("chờ xác nhận")
        TAKEN = "taken", _("đã nhập")
        UNDONE = "undone", _("đã hoàn tác")
        DROPPED = "dropped", _("đã bỏ")

    ref = models.CharField(max_length=40, unique=True)
    register = models.CharField(_("danh mục"), max_length=40)
    file_name = models.CharField(_("tệp"), max_length=200)
    state = models.CharField(_("trạng thái"), max_length=8, choices=State, default=State.HELD)
    by = models.CharField(max_length=80)
    by_name = models.CharField(_("người"), max_length=200)
    at = models.DateTimeField(_("lúc"))
    valid_from = models.DateField(_("hiệu lực từ"))
    headings = models.JSONField(default=dict)
    ignored = models.JSONField(default=list)
    rows = models.IntegerField(default=0)
    new = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    same = models.IntegerField(default=0)
    faulty = models.IntegerField(default=0)
    act = models.OneToOneField(Act, models.PROTECT, null=True, related_name="brought_by")

    class Meta:
        verbose_name = _("lần nhập tệp")
        verbose_name_plural = _("lần nhập tệp")
        indexes = [models.Index(fields=["register", "-id"], name="registers_imports")]

    def __str__(self) -> str:
        return self.ref


class Staged(models.Model):
    """A row that could be read: typed values by column name. ``live`` is the record that it is about, once found."""

    load = models.ForeignKey(Import, models.CASCADE, related_name="staged", db_index=False, db_constraint=False)
    number = models.IntegerField()
    key = models.TextField()
    ref = models.CharField(max_length=40)
    live = models.BigIntegerField(null=True)
    fate = models.CharField(max_length=8)
    data = models.JSONField()

    class Meta:
        verbose_name = _("dòng chờ nhập")
        verbose_name_plural = _("dòng chờ nhập")
        indexes = [models.Index(fields=["load", "number"], name="registers_staged_rows")]

    def __str__(self) -> str:
        return f"{self.load_id} {self.number}"


class Fault(models.Model):
    """What is wrong in one cell, by its address in the sheet, with what stood there."""

    load = models.ForeignKey(Import, models.CASCADE, related_name="faults")
    number = models.IntegerField()
    cell = models.CharField(max_length=12)
    column = models.CharField(max_length=100)
    told = models.CharField(max_length=200)
    why = models.CharField(max_length=300)

    class Meta:
        verbose_name = _("lỗi trong tệp")
        verbose_name_plural = _("lỗi trong tệp")

    def __str__(self) -> str:
        return f"{self.cell}: {self.why}"
