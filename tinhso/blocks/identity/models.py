"""People, roles and posts."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.units.models import Unit


class People(BaseUserManager["Person"]):
    """Makes people for log-in libraries; services are the way everybody else does."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> "Person":
        """A person with a hashed password (or none usable)."""
        person = self.model(username=username, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """Somebody who can log in: an official, who holds posts, or a citizen, who holds none."""

    ref = models.CharField(_("tham chiếu"), max_length=24, unique=True)
    username = models.CharField(_("tên đăng nhập"), max_length=150, unique=True)
    name = models.CharField(_("họ và tên"), max_length=150)
    email = models.EmailField(_("thư điện tử"), blank=True)
    is_active = models.BooleanField(_("đang hoạt động"), default=True)
    is_demo = models.BooleanField(_("nhân vật minh họa"), default=False)
    created_at = models.DateTimeField(_("tạo lúc"), auto_now_add=True)

    objects = People()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = ["name"]

    class Meta:
        verbose_name = _("người dùng")
        verbose_name_plural = _("người dùng")

    def __str__(self) -> str:
        return self.name


class Role(models.Model):
    """A named set of rights, such as ``clerk`` or ``leader``."""

    code = models.SlugField(_("mã"), unique=True)
    name = models.CharField(_("tên"), max_length=120)
    rights = ArrayField(models.CharField(max_length=60), verbose_name=_("quyền"))
    needs_second_factor = models.BooleanField(_("cần xác thực hai lớp"), default=False)

    class Meta:
        verbose_name = _("vai trò")
        verbose_name_plural = _("vai trò")

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
