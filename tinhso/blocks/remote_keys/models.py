"""Keys that sign from afar, programs that may ask for them, what lets them, and signatures asked of phones."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.identity.models import Person
from tinhso.blocks.units.models import Unit


def app_codes() -> list[str]:
    """One-time codes come from the authenticator app, unless it was said otherwise when the key was made."""
    return [Credential.APP]


class Credential(models.Model):
    """A key that signs from afar, of one person: in the token, or (``phone``) in that person's SIM.

    In the token: its label is ``ref``, its PIN is known to the person alone; with ``unit`` it is the organisation's,
    kept by that person. ``otp_step`` is the time step of the last one-time code that was used, so that none is used
    twice. ``codes``: where its one-time codes come from, settled when the key is made. In a SIM: ``phone`` is the
    number (84…) that is rung for each signature, masked once the key is disabled; there is neither PIN nor code here.
    The key never changes and nobody else ever gets it.
    """

    WAITING, ENABLED, DISABLED = "waiting", "enabled", "disabled"
    APP, MAIL = "totp", "mail"
    ref = models.CharField(_("mã"), max_length=24, unique=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("người giữ"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", null=True, verbose_name=_("cơ quan"))
    algorithm = models.CharField(_("thuật toán"), max_length=5)
    bits = models.PositiveIntegerField(_("độ dài khóa"))
    phone = models.CharField(_("số điện thoại của SIM"), max_length=12, blank=True)
    public_key = models.BinaryField(_("khóa công khai"))
    certificate = models.BinaryField(_("chứng thư"), default=b"")
    chain = models.JSONField(_("chứng thư nơi cấp"), default=list)
    status = models.CharField(_("trạng thái"), max_length=10, default=WAITING)
    multisign = models.PositiveIntegerField(_("số chữ ký mỗi lần cho phép"), default=100)
    codes = ArrayField(models.CharField(max_length=4), default=app_codes, verbose_name=_("mã một lần từ đâu"))
    otp_step = models.BigIntegerField(_("mã một lần đã dùng"), default=0)
    created_at = models.DateTimeField(_("tạo lúc"))

    class Meta:
        verbose_name = _("khóa ký từ xa")
        verbose_name_plural = _("khóa ký từ xa")
        constraints = [
            models.CheckConstraint(
                name="remote_keys_credential_status", condition=models.Q(status__in=["waiting", "enabled", "disabled"])
            ),
            models.CheckConstraint(
                name="remote_keys_credential_certified", condition=~models.Q(status="enabled", certificate=b"")
            ),
            models.CheckConstraint(
                name="remote_keys_credential_algorithm", condition=models.Q(algorithm__in=["rsa", "ec"])
            ),
            models.CheckConstraint(
                name="remote_keys_credential_codes",
                condition=models.Q(phone="", codes__contained_by=["totp", "mail"], codes__len__gt=0)
                | ~models.Q(phone="") & models.Q(codes__len=0, multisign=1, unit=None),
            ),
            models.UniqueConstraint(
                fields=["public_key"],
                name="remote_keys_credential_sim_once",
                condition=~models.Q(phone="") & models.Q(status="enabled"),
            ),
        ]

    def __str__(self) -> str:
        return self.ref


class SentCode(models.Model):
    """A one-time code that was sent to who keeps a key, for one permission: only a keyed hash of it is kept.

    It ends when it is used, after ``tries`` wrong ones, or when another is sent.
    """

    MOST_TRIES = 3
    credential = models.ForeignKey(Credential, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, editable=False)
    tries = models.PositiveSmallIntegerField(_("số lần sai"), default=0)
    created_at = models.DateTimeField(_("gửi lúc"))
    expires_at = models.DateTimeField(_("hết hạn"))
    used_at = models.DateTimeField(_("dùng lúc"), null=True)
    ended_at = models.DateTimeField(_("thôi dùng lúc"), null=True)

    class Meta:
        verbose_name = _("mã một lần đã gửi")
        verbose_name_plural = _("mã một lần đã gửi")
        constraints = [
            models.UniqueConstraint("credential", condition=models.Q(ended_at=None), name="remote_keys_code_one_open"),
            models.CheckConstraint(
                name="remote_keys_code_ends",
                condition=models.Q(tries__lt=3) | models.Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="remote_keys_code_used", condition=models.Q(used_at=None) | models.Q(ended_at=models.F("used_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.credential} {self.created_at:%H:%M}"


class Application(models.Model):
    """A program that may ask people to let it sign (an OAuth 2 client); one without ``secret`` cannot keep any."""

    ref = models.CharField(_("mã"), max_length=24, unique=True)
    name = models.CharField(_("tên"), max_length=120)
    secret = models.CharField(max_length=64, blank=True, editable=False)
    addresses = ArrayField(models.CharField(max_length=300), verbose_name=_("địa chỉ trở về"))
    is_active = models.BooleanField(_("đang dùng"), default=True)
    created_at = models.DateTimeField(_("tạo lúc"))

    class Meta:
        verbose_name = _("chương trình ký từ xa")
        verbose_name_plural = _("chương trình ký từ xa")

    def __str__(self) -> str:
        return self.name


class Access(models.Model):
    """What a program shows for a person: a code (once), an access token or a refresh token; only its digest is kept.

    ``family`` joins what came from one grant. A code of scope ``credential`` carries what its person has let be signed,
    with the PIN ``sealed`` so that only the code opens it.
    """

    CODE, ACCESS, REFRESH = "code", "access", "refresh"
    digest = models.CharField(max_length=64, unique=True, editable=False)
    kind = models.CharField(_("loại"), max_length=10)
    family = models.CharField(max_length=24, db_index=True)
    application = models.ForeignKey(Application, models.PROTECT, related_name="+", null=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    scope = models.CharField(_("phạm vi"), max_length=20, default="service")
    address = models.CharField(_("địa chỉ trở về"), max_length=300, blank=True)
    challenge = models.CharField(max_length=128, blank=True)
    credential = models.ForeignKey(Credential, models.PROTECT, related_name="+", null=True)
    allowed = models.JSONField(_("được phép ký"), default=dict)
    sealed = models.BinaryField(default=b"")
    created_at = models.DateTimeField(_("tạo lúc"))
    expires_at = models.DateTimeField(_("hết hạn"))
    ended_at = models.DateTimeField(_("thôi dùng lúc"), null=True)

    class Meta:
        verbose_name = _("quyền truy cập của chương trình")
        verbose_name_plural = _("quyền truy cập của chương trình")
        constraints = [
            models.CheckConstraint(
                name="remote_keys_access_kind", condition=models.Q(kind__in=["code", "access", "refresh"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.family}"


class Authorisation(models.Model):
    """What a person has let be signed: ``asked`` signatures, of which ``left`` remain, over ``hashes`` (hex) only.

    Of what activates it (SAD) only the digest is kept; ``sealed`` is the PIN, or what the SIM has signed, as only the
    SAD opens it, and goes away with the last signature.
    """

    ref = models.CharField(_("mã"), max_length=24, unique=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    credential = models.ForeignKey(Credential, models.PROTECT, related_name="+")
    application = models.ForeignKey(Application, models.PROTECT, related_name="+", null=True)
    asked = models.PositiveIntegerField(_("số chữ ký được phép"))
    left = models.PositiveIntegerField(_("còn lại"))
    hashes = ArrayField(models.CharField(max_length=128), verbose_name=_("mã băm còn được ký"))
    algorithm = models.CharField(_("thuật toán băm"), max_length=10)
    sealed = models.BinaryField(default=b"")
    created_at = models.DateTimeField(_("cho phép lúc"))
    expires_at = models.DateTimeField(_("hết hạn"))

    class Meta:
        verbose_name = _("lần cho phép ký")
        verbose_name_plural = _("lần cho phép ký")
        constraints = [
            models.CheckConstraint(
                name="remote_keys_authorisation_left",
                condition=models.Q(left__lte=models.F("asked"), hashes__len__lte=models.F("left")),
            ),
            models.CheckConstraint(
                name="remote_keys_authorisation_sealed", condition=models.Q(left__gt=0) | models.Q(sealed=b"")
            ),
        ]

    def __str__(self) -> str:
        return self.ref


class PhoneSignature(models.Model):
    """A signature that somebody is asked for on the phone (ETSI TS 102 204): its number only as shown, masked.

    ``state``: waiting, signed, sealed (signed for a program: what was signed lies in an authorisation), or why not (a
    code of :class:`~tinhso.blocks.remote_keys.contract.PhoneTrouble`). ``transaction`` is empty while the operator is
    being asked. ``credential`` is the key of programs that it is about: to be registered, or used by who shows
    ``access``.
    """

    ref = models.CharField(_("mã"), max_length=24, unique=True)
    asked_by = models.CharField(_("người yêu cầu"), max_length=80)
    phone = models.CharField(_("số điện thoại (đã che)"), max_length=20)
    code = models.CharField(_("mã đối chiếu"), max_length=10)
    sha256 = models.CharField(_("mã băm"), max_length=64)
    transaction = models.CharField(_("mã giao dịch của nhà mạng"), max_length=80, blank=True)
    state = models.CharField(_("trạng thái"), max_length=20, default="waiting")
    signature = models.BinaryField(_("chữ ký"), default=b"")
    created_at = models.DateTimeField(_("yêu cầu lúc"))
    expires_at = models.DateTimeField(_("hết hạn"))
    ended_at = models.DateTimeField(_("xong lúc"), null=True)
    credential = models.ForeignKey(Credential, models.PROTECT, related_name="+", null=True)
    access = models.ForeignKey(Access, models.PROTECT, related_name="+", null=True)

    class Meta:
        verbose_name = _("chữ ký trên điện thoại")
        verbose_name_plural = _("chữ ký trên điện thoại")
        constraints = [
            models.CheckConstraint(name="remote_keys_phone_signed", condition=~models.Q(state="signed", signature=b"")),
            models.CheckConstraint(
                name="remote_keys_phone_for_whom", condition=models.Q(access=None) | models.Q(credential__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["credential"], name="remote_keys_phone_rings_once", condition=models.Q(state="waiting")
            ),
            models.CheckConstraint(
                name="remote_keys_phone_ended",
                condition=models.Q(state="waiting", ended_at=None)
                | models.Q(ended_at__isnull=False) & ~models.Q(state="waiting"),
            ),
        ]

    def __str__(self) -> str:
        return self.ref
