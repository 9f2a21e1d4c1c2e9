"""People, roles and posts."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.units.models import Unit
from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.kernel import clock
from tinhso.kernel.refs import new_ref

OPEN_TO_A_SCREEN = [SEE_INDICATORS]  # all that a role may do whose sessions nobody watches
ENOUGH_ALONE = 14  # letters of a password that stands without a second factor (baseline under NĐ 331/2026/NĐ-CP)


def person_ref() -> str:
    """A fresh public reference of a person."""
    return new_ref("NG")


def token_ref() -> str:
    """A fresh public reference of a program's token."""
    return new_ref("MT")


class People(BaseUserManager["Person"]):
    """Makes people for log-in libraries; services are the way everybody else does."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> "Person":
        """A person with a hashed password (or none usable)."""
        person = self.model(username=username, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """Somebody who can log in: an official, who holds posts, or a citizen, who holds none.

    ``long_password`` says that the password is long enough to stand without a second factor; ``active_since`` is the
    moment from which unused days count while the person has not logged in. ``must_change_password``: somebody else
    knows the password, so that it opens nothing but the page to change it.
    """

    ref = models.CharField(_("tham chiếu"), max_length=24, unique=True, default=person_ref, editable=False)
    username = models.CharField(_("tên đăng nhập"), max_length=150, unique=True)
    name = models.CharField(_("họ và tên"), max_length=150)
    email = models.EmailField(_("thư điện tử"), blank=True)
    is_active = models.BooleanField(_("đang hoạt động"), default=True)
    is_demo = models.BooleanField(_("nhân vật minh họa"), default=False)
    long_password = models.BooleanField(_("mật khẩu đủ dài"), default=True)
    must_change_password = models.BooleanField(_("phải đổi mật khẩu"), default=False)
    created_at = models.DateTimeField(_("tạo lúc"), default=clock.now)
    active_since = models.DateTimeField(_("hoạt động từ"), default=clock.now)

    objects = People()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("người dùng")
        verbose_name_plural = _("người dùng")

    def __str__(self) -> str:
        return self.name

    def set_password(self, raw_password: str | None) -> None:
        """Keep the hash, and whether the password is long enough to stand alone."""
        super().set_password(raw_password)
        self.long_password = raw_password is None or len(raw_password) >= ENOUGH_ALONE


class Role(models.Model):
    """A named set of rights, such as ``clerk`` or ``leader``.

    ``rights`` reach the subtree of the post's unit; those also named in ``everywhere`` need no place. A session of
    somebody with this role locks after ``idle_minutes`` without a request, unless it is ``unattended``: a screen on a
    wall, which may do nothing but show indicators.
    """

    code = models.SlugField(_("mã"), unique=True)
    name = models.CharField(_("tên"), max_length=120)
    rights = ArrayField(models.CharField(max_length=60), verbose_name=_("quyền"))
    everywhere = ArrayField(
        models.CharField(max_length=60), verbose_name=_("quyền ở mọi nơi"), default=list, blank=True
    )
    idle_minutes = models.PositiveSmallIntegerField(_("khóa sau số phút"), default=15)
    needs_second_factor = models.BooleanField(_("cần xác thực hai lớp"), default=False)
    unattended = models.BooleanField(_("màn hình không người trực"), default=False)

    class Meta:
        verbose_name = _("vai trò")
        verbose_name_plural = _("vai trò")
        constraints = [
            models.CheckConstraint(
                name="identity_idle_at_most_15_minutes", condition=models.Q(idle_minutes__gte=1, idle_minutes__lte=15)
            ),
            models.CheckConstraint(
                name="identity_unattended_only_looks",
                condition=models.Q(unattended=False) | models.Q(rights__contained_by=OPEN_TO_A_SCREEN),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A role that a person holds at a unit or agency for a period; its rights reach the unit's subtree."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="posts")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts")
    role = models.ForeignKey(Role, models.PROTECT, related_name="posts")
    title = models.CharField(_("chức danh"), max_length=150, blank=True)
    held = DateRangeField(_("thời gian giữ"))

    class Meta:
        verbose_name = _("vị trí công tác")
        verbose_name_plural = _("vị trí công tác")
        constraints = [
            ExclusionConstraint(
                name="identity_post_once_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("held", RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.title or self.role}"


class Session(models.Model):
    """One log-in of a person, from one browser, until it ends; the list from which a person ends the others."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="sessions")
    key = models.CharField(_("khóa phiên"), max_length=40, unique=True)
    address = models.CharField(_("địa chỉ"), max_length=64, blank=True)
    browser = models.CharField(_("trình duyệt"), max_length=200, blank=True)
    began_at = models.DateTimeField(_("bắt đầu"))
    seen_at = models.DateTimeField(_("dùng gần nhất"))

    class Meta:
        verbose_name = _("phiên làm việc")
        verbose_name_plural = _("phiên làm việc")

    def __str__(self) -> str:
        return f"{self.person} {self.began_at:%d/%m/%Y %H:%M}"


class Token(models.Model):
    """What a program shows instead of a log-in: part of its owner's rights, until a date; only the digest is kept."""

    ref = models.CharField(_("tham chiếu"), max_length=24, unique=True, default=token_ref, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="tokens")
    name = models.CharField(_("tên chương trình"), max_length=120)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    rights = ArrayField(models.CharField(max_length=60), verbose_name=_("quyền"))
    created_at = models.DateTimeField(_("tạo lúc"))
    expires_at = models.DateTimeField(_("hết hạn"))
    revoked_at = models.DateTimeField(_("thu hồi lúc"), null=True)
    used_at = models.DateTimeField(_("dùng gần nhất"), null=True)

    class Meta:
        verbose_name = _("mã truy cập")
        verbose_name_plural = _("mã truy cập")

    def __str__(self) -> str:
        return self.name


class Turns(models.Model):
    """How often within an hour somebody without an account did one kind of thing, or tried a secret, from one address.

    ``mark`` is a keyed hash of the kind and the address: enough to count by, nothing to find anybody by.
    """

    mark = models.CharField(_("dấu của địa chỉ mạng"), max_length=64)
    hour = models.DateTimeField(_("giờ"), db_index=True)
    count = models.PositiveIntegerField(_("số lần"), default=0)

    class Meta:
        verbose_name = _("số lần dùng từ một địa chỉ mạng")
        verbose_name_plural = _("số lần dùng từ các địa chỉ mạng")
        constraints = [models.UniqueConstraint(fields=["mark", "hour"], name="identity_one_count_an_hour")]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H}: {self.count}"


class WrongCode(models.Model):
    """A wrong code of a second factor, or one being tried at this moment: what the limits of tries count."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="wrong_codes")
    tried_at = models.DateTimeField(_("thử lúc"))

    class Meta:
        verbose_name = _("mã xác thực sai")
        verbose_name_plural = _("mã xác thực sai")
        indexes = [models.Index(fields=["person", "tried_at"], name="identity_wrong_codes")]

    def __str__(self) -> str:
        return f"{self.person} {self.tried_at:%d/%m/%Y %H:%M}"


class SpentStep(models.Model):
    """The last time step (RFC 6238) whose code of the authenticator app let a person in.

    It and those before are spent.
    """

    person = models.OneToOneField(Person, models.CASCADE, related_name="spent_step")
    step = models.BigIntegerField(_("bước thời gian"), default=0)

    class Meta:
        verbose_name = _("mã một lần đã dùng")
        verbose_name_plural = _("mã một lần đã dùng")

    def __str__(self) -> str:
        return f"{self.person}: {self.step}"
