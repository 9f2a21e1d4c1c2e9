"""What the system tells people."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.identity.models import Person


class Message(models.Model):
    """One message to one person, in their inbox and, when ``by_mail``, sent to their address as well.

    ``key`` makes telling twice harmless: one person gets one message of a key.
    """

    class Kind(models.TextChoices):
        INFO = "info", _("Thông tin")
        TASK = "task", _("Việc cần làm")
        WARNING = "warning", _("Cảnh báo")

    to = models.ForeignKey(Person, models.CASCADE, related_name="messages")
    kind = models.CharField(_("loại"), max_length=10, choices=Kind, default=Kind.INFO)
    title = models.CharField(_("tiêu đề"), max_length=200)
    body = models.TextField(_("nội dung"), blank=True)
    href = models.CharField(_("liên kết"), max_length=300, blank=True)
    key = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(_("lúc"))
    read_at = models.DateTimeField(_("đã đọc lúc"), null=True)
    by_mail = models.BooleanField(_("gửi thư điện tử"), default=False)
    mailed_at = models.DateTimeField(_("đã gửi thư lúc"), null=True)

    class Meta:
        verbose_name = _("tin nhắn")
        verbose_name_plural = _("tin nhắn")
        constraints = [
            models.UniqueConstraint(fields=["to", "key"], name="messaging_once", condition=~models.Q(key="")),
        ]
        indexes = [
            models.Index(fields=["to", "-id"], name="messaging_inbox"),
            models.Index(fields=["to"], name="messaging_unread", condition=models.Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return self.title
