"""People and the posts they hold."""

from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.identity import queries
from tinhso.blocks.identity.models import Person, Post, Role
from tinhso.blocks.identity.rights import MANAGE_PEOPLE
from tinhso.blocks.identity.services.sessions import end_all_sessions
from tinhso.blocks.identity.services.tokens import end_all_tokens
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.kernel.text import nfc


@transaction.atomic
def create_person(
    *,
    username: str,
    name: str,
    by: Actor,
    now: datetime,
    email: str = "",
    password: str | None = None,
    demo: bool = False,
) -> Person:
    """A new person; without a password only a passkey, an outside log-in or the demo's button lets them in.

    Refuses a log-in name that is taken and a password that is too weak.
    """
    by.must_be_able_to(MANAGE_PEOPLE)
    username, name = nfc(username).strip(), " ".join(nfc(name).split())
    if not username or not name:
        raise Refused("name_missing", _("Cần có tên đăng nhập và họ tên."))
    if Person.objects.filter(username__iexact=username).exists():
        raise Refused("username_taken", _("Tên đăng nhập %(username)s đã có người dùng."), username=username)
    person = Person(username=username, name=name, email=email, is_demo=demo, created_at=now, active_since=now)
    if password is None:
        person.set_unusable_password()
    else:
        check_password_of(person, password)
        person.set_password(password)
    person.save()
    audit.record(by=by, did="created", to=person, after={"username": username, "name": name})
    return person


def check_password_of(person: Person, password: str) -> None:
    """Refuse a password that the baseline does not allow."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Refused("weak_password", " ".join(error.messages)) from error


@transaction.atomic
def appoint_person(
    *, person: Person, unit: Unit, role: Role, since: date, by: Actor, title: str = "", until: date | None = None
) -> Post:
    """Give ``person`` the post of ``role`` at ``unit`` from ``since`` until the day before ``until``.

    Roles that reach everywhere or run the system are given only by those who manage people everywhere. Refuses a
    post that the person already holds at that time.
    """
    by.must_be_able_to(MANAGE_PEOPLE, at=unit)
    if (role.everywhere or role.needs_second_factor) and MANAGE_PEOPLE not in by.everywhere:
        raise Forbidden("role_too_high", _("Chỉ quản trị viên toàn tỉnh giao được vai trò %(role)s."), role=role.name)
    if until is not None and until <= since:
        raise Refused("post_ends_early", _("Ngày thôi giữ phải sau ngày bắt đầu."))
    try:
        with transaction.atomic():
            post = Post.objects.create(person=person, unit=unit, role=role, title=title, held=DateRange(since, until))
    except IntegrityError as error:
        raise Refused("post_held", _("%(name)s đã giữ vị trí này trong thời gian đó."), name=person.name) from error
    audit.record(by=by, did="appointed", to=person, after=_audited_post(post))
    return post


@transaction.atomic
def end_post(*, post: Post, on: date, by: Actor) -> Post:
    """End ``post``: its rights are gone from ``on``. Refuses a day up to its beginning, and a post already over."""
    post = Post.objects.select_for_update(of=("self",)).select_related("person", "unit", "role").get(pk=post.pk)
    by.must_be_able_to(MANAGE_PEOPLE, at=post.unit)
    since, until = post.held.lower, post.held.upper
    if until is not None and until <= on:
        raise Refused("post_over", _("Vị trí này đã kết thúc."))
    if since is not None and on <= since:
        raise Refused("post_ends_early", _("Ngày thôi giữ phải sau ngày bắt đầu."))
    before = _audited_post(post)
    post.held = DateRange(since, on)
    post.save(update_fields=["held"])
    audit.record(by=by, did="ended post", to=post.person, before=before, after=_audited_post(post))
    return post


def _audited_post(post: Post) -> dict[str, object]:
    values = {"since": post.held.lower, "until": post.held.upper}
    return {"role": post.role.code, "unit": post.unit.ref, "title": post.title, **values}


@transaction.atomic
def disable_person(*, person: Person, by: Actor, why: str) -> Person:
    """Close an account: all its sessions and tokens end at once, its posts stay on record."""
    by.must_be_able_to(MANAGE_PEOPLE)
    return _close_account(person, by=by, why=why)


def _close_account(person: Person, *, by: Actor, why: str) -> Person:
    person = Person.objects.select_for_update().get(pk=person.pk)
    if not person.is_active:
        raise Refused("already_closed", _("Tài khoản này đã khóa."))
    person.is_active = False
    person.save(update_fields=["is_active"])
    end_all_sessions(person=person)
    end_all_tokens(person=person, by=by, why="disabled", now=clock.now())
    audit.record(by=by, did="disabled", to=person, before={"active": True}, after={"active": False, "why": why})
    return person


@transaction.atomic
def enable_person(*, person: Person, by: Actor, now: datetime) -> Person:
    """Open a closed account again; unused days count from ``now``."""
    by.must_be_able_to(MANAGE_PEOPLE)
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.is_active:
        raise Refused("not_closed", _("Tài khoản này đang hoạt động."))
    person.is_active, person.active_since = True, now
    person.save(update_fields=["is_active", "active_since"])
    audit.record(by=by, did="enabled", to=person, before={"active": False}, after={"active": True})
    return person


@transaction.atomic
def close_personas(*, by: Actor) -> int:
    """Close every open account of the demo's people, before a demo becomes a real province; says how many."""
    by.must_be_able_to(MANAGE_PEOPLE)
    people = list(queries.open_personas())
    for person in people:
        _close_account(person, by=by, why=_("nhân vật minh họa"))
    return len(people)


@transaction.atomic
def disable_unused(*, by: Actor, now: datetime, only: Person | None = None) -> int:
    """Close the accounts unused for 45 days (or ``only`` this one, when it is); says how many were closed."""
    unused_accounts = queries.unused_accounts(now=now)
    if only is not None:
        unused_accounts = unused_accounts.filter(pk=only.pk)
    people = list(unused_accounts)
    for person in people:
        _close_account(person, by=by, why=_("không sử dụng quá %(days)s ngày") % {"days": queries.IDLE_DAYS})
    return len(people)
