"""Messages in an inbox, and the devices that hear of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.identity.models import Person


class Message(models.Model):
    """One message to one person, in their inbox and, when ``by_mail``, sent to their address as well.

    ``key`` makes telling twice harmless: one person gets one message of a key. ``secret`` names the key that replaces
    the mark in ``href`` when its owner follows the link.
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
    secret = models.CharField(max_length=100, blank=True)
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


class Device(models.Model):
    """One browser of one person that asked for notifications: a push subscription (RFC 8030, RFC 8291).

    ``endpoint`` is the capability to reach it and ``p256dh`` and ``auth`` are the keys (base64url) that only it can
    answer to; ``key`` is the public VAPID key that it was made for.
    """

    ref = models.CharField(_("mã"), max_length=24, unique=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="devices")
    name = models.CharField(_("tên"), max_length=80)
    endpoint = models.CharField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    key = models.CharField(max_length=100)
    made_at = models.DateTimeField(_("bật lúc"))
    reached_at = models.DateTimeField(_("gửi được lần cuối"), null=True)
    trouble = models.CharField(_("trục trặc"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("thiết bị nhận thông báo")
        verbose_name_plural = _("thiết bị nhận thông báo")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.name


class PushKey(models.Model):
    """The key pair by which push services know this system (RFC 8292): at most one row, made when first needed."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    private = models.TextField()
    public = models.CharField(max_length=100)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("khóa gửi thông báo")
        verbose_name_plural = _("khóa gửi thông báo")
        constraints = [models.CheckConstraint(name="messaging_one_push_key", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return self.public
