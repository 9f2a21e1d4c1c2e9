"""Conversations on channels that belong to others: Zalo, Messenger, e-mail; messages to phone numbers."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """A way by which people reach the province from outside."""

    ZALO = "zalo", _("Zalo")
    MESSENGER = "messenger", _("Messenger")
    EMAIL = "email", _("Thư điện tử")
    SMS = "sms", _("Tin nhắn SMS")


class Correspondent(models.Model):
    """Somebody on a channel: ``sender`` is the number that the platform gives them for us, or an e-mail address.

    ``heard_at`` is when they last wrote by the platform's clock, from which the time counts in which one may answer.
    ``contact`` is an e-mail address that they gave for when that time is over. ``stopped_at``: since when a phone
    number wants no more messages.
    """

    ref = models.CharField(_("mã"), max_length=24, unique=True)
    channel = models.CharField(_("kênh"), max_length=10, choices=Channel)
    sender = models.CharField(_("người gửi"), max_length=254)
    name = models.CharField(_("tên"), max_length=120, blank=True)
    language = models.CharField(_("ngôn ngữ"), max_length=2, default="vi")
    contact = models.EmailField(_("liên hệ khác"), blank=True)
    first_at = models.DateTimeField(_("lần đầu"))
    heard_at = models.DateTimeField(_("nhắn lần cuối"))
    warned_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(_("từ chối nhận tin từ"), null=True)

    class Meta:
        verbose_name = _("người nhắn tin")
        verbose_name_plural = _("người nhắn tin")
        constraints = [models.UniqueConstraint(fields=["channel", "sender"], name="messaging_one_correspondent")]
        indexes = [models.Index(fields=["-heard_at"], name="messaging_heard")]

    def __str__(self) -> str:
        return self.ref


class Conversation(models.Model):
    """One conversation of one person, from the first message to the one that ends it.

    ``offers`` is what they were offered to choose from, as it was shown; ``asked`` the question that they were last
    asked; ``refused`` the messages that confirmed what the receiver then refused. ``ends_at`` is when the message
    that ended it was sent: what was sent earlier and arrives later belongs to it. Once it was handed over, followed,
    cancelled or expired, nothing of it changes (the database sees to that).
    """

    class State(models.TextChoices):
        OPEN = "open", _("đang nói chuyện")
        HANDING = "handing", _("đang chuyển")
        HANDED = "handed", _("đã chuyển thành phản ánh")
        FOLLOWED = "followed", _("theo dõi phản ánh có sẵn")
        CANCELLED = "cancelled", _("người gửi hủy")
        EXPIRED = "expired", _("hết thời gian chờ")
        REFUSED = "refused", _("không được nhận")

    correspondent = models.ForeignKey(Correspondent, models.CASCADE, related_name="conversations")
    number = models.PositiveIntegerField(_("số"))
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.OPEN)
    offers = models.JSONField(default=dict, blank=True)
    asked = models.CharField(max_length=10, blank=True)
    refused = models.JSONField(default=list, blank=True)
    follow = models.CharField(max_length=60, blank=True)
    reference = models.CharField(_("phản ánh"), max_length=60, blank=True)
    address = models.CharField(_("trang"), max_length=300, blank=True)
    started_at = models.DateTimeField(_("bắt đầu"))
    heard_at = models.DateTimeField(_("tin cuối"))
    ends_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("cuộc nói chuyện")
        verbose_name_plural = _("cuộc nói chuyện")
        constraints = [
            models.UniqueConstraint(fields=["correspondent", "number"], name="messaging_conversation_number"),
            models.UniqueConstraint(
                fields=["correspondent"], name="messaging_one_open", condition=models.Q(state="open")
            ),
            models.CheckConstraint(
                name="messaging_handed_has_reference",
                condition=~models.Q(state__in=["handed", "followed"]) | ~models.Q(reference=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["heard_at"], name="messaging_going_on", condition=models.Q(state__in=["open", "handing"])
            )
        ]

    def __str__(self) -> str:
        return self.request

    @property
    def request(self) -> str:
        """By which the receiver knows this conversation's draft."""
        return f"{self.correspondent.channel}:{self.correspondent.ref}:{self.number}"


class Incoming(models.Model):
    """One message as it came; the platform's number for it makes that it counts once. What it says never changes."""

    class State(models.TextChoices):
        NEW = "new", _("chờ xử lý")
        DONE = "done", _("đã xử lý")
        LATE = "late", _("đến sau khi cuộc nói chuyện đã xong")
        STALE = "stale", _("quá cũ, không xử lý")
        LIMITED = "limited", _("quá nhiều tin, không xử lý")

    channel = models.CharField(_("kênh"), max_length=10, choices=Channel)
    message_id = models.CharField(_("số của tin"), max_length=300)
    correspondent = models.ForeignKey(Correspondent, models.CASCADE, related_name="incoming")
    conversation = models.ForeignKey(Conversation, models.CASCADE, null=True, related_name="incoming")
    kind = models.CharField(_("loại"), max_length=30)
    text = models.TextField(_("nội dung"), blank=True)
    choice = models.CharField(max_length=100, blank=True)
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    sent_at = models.DateTimeField(_("gửi lúc"))
    came_at = models.DateTimeField(_("đến lúc"))
    state = models.CharField(_("tình trạng"), max_length=8, choices=State, default=State.NEW)

    class Meta:
        verbose_name = _("tin đến")
        verbose_name_plural = _("tin đến")
        constraints = [models.UniqueConstraint(fields=["channel", "message_id"], name="messaging_heard_once")]
        indexes = [
            models.Index(fields=["correspondent", "sent_at"], name="messaging_said"),
            models.Index(fields=["correspondent", "came_at"], name="messaging_came"),
            models.Index(fields=["came_at"], name="messaging_to_hear", condition=models.Q(state="new")),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.message_id}"


class Received(models.Model):
    """A picture of a message: fetched from where the platform keeps it, inspected, then kept under its hash."""

    class State(models.TextChoices):
        WAITING = "waiting", _("chờ tải")
        KEPT = "kept", _("đã tải")
        REFUSED = "refused", _("không nhận")
        DEAD = "dead", _("không tải được")

    incoming = models.ForeignKey(Incoming, models.CASCADE, related_name="received")
    position = models.PositiveSmallIntegerField()
    url = models.CharField(max_length=2000, blank=True)
    name = models.CharField(_("tên"), max_length=120, blank=True)
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.WAITING)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    kind = models.CharField(max_length=40, blank=True)
    size = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    why = models.CharField(_("lý do"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("tệp đến")
        verbose_name_plural = _("tệp đến")
        constraints = [
            models.UniqueConstraint(fields=["incoming", "position"], name="messaging_received_once"),
            models.CheckConstraint(
                name="messaging_kept_has_hash",
                condition=~models.Q(state="kept") | models.Q(sha256__regex="^[0-9a-f]{64}$"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incoming_id}/{self.position}"


class Outgoing(models.Model):
    """What is told to somebody on their channel, in the order of ``number``; with a ``key`` only once.

    ``written_by`` is who wrote it by hand, ``via`` the way it went in the end; ``subject`` and ``answers`` are of mail.
    ``secret`` names the key or code that replaces the mark in ``text`` while it is sent; it is kept nowhere.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("chờ gửi")
        SENT = "sent", _("đã gửi")
        HELD = "held", _("chờ người này nhắn lại")
        DEAD = "dead", _("không gửi được")
        SKIPPED = "skipped", _("đã bỏ qua")

    correspondent = models.ForeignKey(Correspondent, models.CASCADE, related_name="outgoing")
    number = models.PositiveIntegerField(_("số"))
    key = models.CharField(max_length=200, blank=True)
    text = models.TextField(_("nội dung"))
    secret = models.CharField(max_length=100, blank=True)
    choices = models.JSONField(default=list, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    answers = models.CharField(max_length=300, blank=True)
    written_by = models.CharField(_("người viết"), max_length=60, blank=True)
    made_at = models.DateTimeField(_("viết lúc"))
    state = models.CharField(_("tình trạng"), max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(_("lần thử"), default=0)
    next_at = models.DateTimeField(_("thử lại lúc"), null=True)
    sent_at = models.DateTimeField(_("đã gửi lúc"), null=True)
    via = models.CharField(_("đã gửi qua"), max_length=10, blank=True)
    platform_id = models.CharField(max_length=300, blank=True)
    last_error = models.CharField(_("lỗi gần nhất"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("tin trả lời")
        verbose_name_plural = _("tin trả lời")
        constraints = [
            models.UniqueConstraint(fields=["correspondent", "number"], name="messaging_outgoing_number"),
            models.UniqueConstraint(
                fields=["correspondent", "key"], name="messaging_told_once", condition=~models.Q(key="")
            ),
            models.CheckConstraint(
                name="messaging_sent_has_time", condition=~models.Q(state="sent") | models.Q(sent_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(
                fields=["correspondent", "number"], name="messaging_to_say", condition=models.Q(state="waiting")
            ),
            models.Index(fields=["-made_at"], name="messaging_unsaid", condition=models.Q(state="dead")),
        ]

    def __str__(self) -> str:
        return f"{self.correspondent_id} #{self.number}"


class Texted(models.Model):
    """One short message that a telephone company took, which is what it charges for; long ones are several.

    ``result`` is what its receipt said in its own word (SMPP 3.4, appendix B: DELIVRD, EXPIRED, UNDELIV, …).
    """

    outgoing = models.ForeignKey(Outgoing, models.CASCADE, related_name="texted")
    part = models.PositiveSmallIntegerField(_("đoạn"))
    message_id = models.CharField(_("số của nhà mạng"), max_length=65, db_index=True)
    sent_at = models.DateTimeField(_("gửi lúc"), db_index=True)
    result = models.CharField(_("kết quả"), max_length=10, blank=True)
    result_at = models.DateTimeField(_("biết lúc"), null=True)

    class Meta:
        verbose_name = _("đoạn tin SMS")
        verbose_name_plural = _("đoạn tin SMS")

    def __str__(self) -> str:
        return self.message_id


class ChannelKey(models.Model):
    """What a platform gave us to speak with for a while; ``seed`` tells when the operator has put in another."""

    channel = models.CharField(primary_key=True, max_length=10, choices=Channel)
    access = models.TextField(blank=True)
    refresh = models.TextField(blank=True)
    seed = models.CharField(max_length=64)
    ends_at = models.DateTimeField()

    class Meta:
        verbose_name = _("khóa của kênh")
        verbose_name_plural = _("khóa của kênh")

    def __str__(self) -> str:
        return self.channel
