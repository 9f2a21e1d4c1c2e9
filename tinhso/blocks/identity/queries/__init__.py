"""Who is who, and what they may do."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Any, cast

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.cache import cache
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext

from tinhso.blocks.identity.models import Person, Post, Role, Session, Token
from tinhso.blocks.identity.queries.wrong_codes import codes_shut_until as codes_shut_until
from tinhso.blocks.identity.queries.wrong_codes import shut_until, wrong_codes
from tinhso.blocks.identity.rights import MANAGE_PEOPLE
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.kernel.reads import DeferredRead
from tinhso.kernel.rights import grave_rights, rights_never_of_programs
from tinhso.kernel.text import fold, nfc
from tinhso.ui.round_trips import read_together, totals_read

STANDING_SECONDS = REACH_SECONDS = 15  # together: how long a change may take to be felt by those already logged in
IDLE_MINUTES = 15  # of people without any post
IDLE_DAYS = 45
UNATTENDED_AGE = timedelta(days=30)  # a wall screen logs in anew within it: sooner than an unused account closes


@dataclass(frozen=True)
class PersonRights:
    """What a person's posts of a day amount to."""

    reach: dict[str, frozenset[int]] = field(default_factory=dict)
    everywhere: frozenset[str] = frozenset()
    idle_minutes: int = IDLE_MINUTES
    needs_second_factor: bool = False
    unattended: bool = False

    @property
    def rights(self) -> frozenset[str]:
        """Every right held somewhere."""
        return self.everywhere | self.reach.keys()


def actor_of(request: HttpRequest) -> Actor:
    """The actor behind ``request``: a log-in, a program's token at an address of programs, or nobody."""
    address = address_of(request)
    token = bearer_secret(request) if is_for_programs(request.path_info) else ""
    if token:
        return actor_of_token(token, address=address, now=clock.now())
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Actor(ref="", name=NOBODY.name, kind="nobody", address=address)
    person = person_behind(user)
    key = request.session.session_key or ""
    standing = standing_of(person, session=key)
    return _actor_of_person(person, standing, address=address, session=key)


def is_for_programs(path: str) -> bool:
    """Whether ``path`` is one of the addresses where programs' tokens open something; no page is."""
    return path.startswith(tuple(settings.PROGRAM_ADDRESSES))


def may_act(person: Person) -> bool:
    """Whether ``person``, and whatever was made in their name, may still do anything: not closed, not invented."""
    return person.is_active and (is_demo() or not person.is_demo)


def person_behind(user: AbstractBaseUser) -> Person:
    """The person that ``request.user`` lazily stands for."""
    return cast(Person, user)


def actor_for(person: Person, *, address: str = "", session: str = "") -> Actor:
    """``person`` as an actor with today's posts, outside of a request."""
    return _actor_of_person(person, standing_on(person, clock.today()), address=address, session=session)


def _actor_of_person(person: Person, standing: PersonRights, *, address: str, session: str) -> Actor:
    return Actor(
        ref=person.ref,
        name=person.name,
        reach=standing.reach,
        everywhere=standing.everywhere,
        address=address,
        session=session,
    )


def standing_of(person: Person, *, session: str) -> PersonRights:
    """What ``person`` may do today, remembered for seconds and for one session only, so that no log-out outlives it."""
    today = clock.today()
    key = f"identity.standing:{person.pk}:{session}:{today}"
    person_rights: PersonRights | None = cache.get(key)
    if person_rights is None:
        person_rights = standing_on(person, today)
        cache.set(key, person_rights, STANDING_SECONDS)
    return person_rights


def standing_on(person: Person, day: date) -> PersonRights:
    """What the posts that ``person`` holds on ``day`` amount to."""
    reach: dict[str, frozenset[int]] = {}
    everywhere: set[str] = set()
    idle, second_factor = IDLE_MINUTES, False
    posts = list(posts_on(day).filter(person=person))
    for post in posts:
        everywhere.update(set(post.role.rights) & set(post.role.everywhere))
        covered = reach_of(post.unit)
        for right in post.role.rights:
            reach[right] = reach.get(right, frozenset()) | covered
        idle = min(idle, post.role.idle_minutes)
        second_factor = second_factor or needs_second_factor(post.role)
    unattended = bool(posts) and all(post.role.unattended for post in posts)
    return PersonRights(reach, frozenset(everywhere), idle, second_factor, unattended)


def needs_second_factor(role: Role) -> bool:
    """Whether holders of ``role`` need a second factor: by the role itself, or by a right that is too grave without."""
    return role.needs_second_factor or not second_factor_rights().isdisjoint(role.rights)


def second_factor_rights() -> frozenset[str]:
    """Rights whose holders need a second factor: those that the operator names, or those registered as grave."""
    named: list[str] | None = settings.SECOND_FACTOR_RIGHTS
    return grave_rights() if named is None else frozenset(named)


def reach_of(unit: Unit) -> frozenset[int]:
    """The keys of the units that a post at ``unit`` reaches, remembered for seconds: all posted there share it."""
    key = f"identity.reach:{unit.pk}"
    unit_keys: frozenset[int] | None = cache.get(key)
    if unit_keys is None:
        unit_keys = units.reach_of(unit)
        cache.set(key, unit_keys, REACH_SECONDS)
    return unit_keys


def posts_on(day: date) -> QuerySet[Post]:
    """All posts held on ``day``."""
    return Post.objects.filter(held__contains=day).select_related("role", "unit").order_by("pk")


def posts_of(person: Person) -> QuerySet[Post]:
    """Every post of ``person``, past ones too, newest first."""
    return Post.objects.filter(person=person).select_related("role", "unit").order_by("-held", "-pk")


def holders_of_rights(*rights: str, at: Unit, here_only: bool = False) -> list[Person]:
    """People whose posts of today give them one of ``rights`` at ``at``; ``here_only``: just those posted there."""
    posts = posts_on(clock.today()).filter(role__rights__overlap=list(rights), person__is_active=True)
    if here_only:
        posts = posts.filter(unit=at)
    covered: dict[int, bool] = {}
    people_by_key: dict[int, Person] = {}
    for post in posts.select_related("person", "role", "unit"):
        if post.unit_id not in covered:
            covered[post.unit_id] = at.pk in reach_of(post.unit)
        held_rights = set(rights) & set(post.role.rights)
        if covered[post.unit_id] or held_rights & set(post.role.everywhere):
            people_by_key[post.person_id] = post.person
    return list(people_by_key.values())


def person_by_ref(ref: str) -> Person:
    """The person with the public reference ``ref``; refuses when there is none."""
    return _require_person(Person.objects.filter(ref=ref).first())


def person_by_username(username: str) -> Person:
    """The person who logs in as ``username``; refuses when there is none."""
    return _require_person(Person.objects.filter(username__iexact=username).first())


def _require_person(person: Person | None) -> Person:
    if person is None:
        raise Refused("no_such_person", gettext("Không tìm thấy người dùng này."))
    return person


def people_by_name(words: str = "") -> list[Person]:
    """People by name or log-in name, without minding diacritics."""
    folded_words = fold(words)
    everyone = Person.objects.order_by("name", "pk").prefetch_related("posts__role", "posts__unit")
    return [person for person in everyone if folded_words in fold(f"{person.name} {person.username}")]


def all_roles() -> QuerySet[Role]:
    """All roles by name."""
    return Role.objects.order_by("name")


def role_by_code(code: str) -> Role:
    """The role ``code``; refuses when there is none."""
    role = Role.objects.filter(code=code).first()
    if role is None:
        raise Refused("no_such_role", gettext("Không có vai trò %(code)s."), code=code)
    return role


def post_by_pk(pk: int) -> Post:
    """One post; refuses when there is none."""
    post = Post.objects.filter(pk=pk).select_related("person", "unit", "role").first()
    if post is None:
        raise Refused("no_such_post", gettext("Không tìm thấy vị trí công tác này."))
    return post


def demo_personas() -> list[Post]:
    """The posts of the demo's people, one each, from the top of the province down."""
    posts = posts_on(clock.today()).filter(person__is_demo=True, person__is_active=True).select_related("person")
    first = {post.person_id: post for post in posts.order_by("-person_id", "-pk")}  # of several the lowest number
    return list(reversed(first.values()))


def open_personas() -> QuerySet[Person]:
    """The demo's people whose accounts are open."""
    return Person.objects.filter(is_demo=True, is_active=True).order_by("pk")


def is_demo() -> bool:
    """Whether one may enter as a persona: in a demo, never in production."""
    return bool(settings.DEMO) and not settings.PRODUCTION


def second_factors(person: Person) -> QuerySet[Authenticator]:
    """The authenticator app and passkeys that ``person`` has set up."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    factors: QuerySet[Authenticator] = Authenticator.objects.filter(user_id=person.pk, type__in=kinds)
    return factors


def has_second_factor(person: Person) -> bool:
    """Whether ``person`` has set up an authenticator app or a passkey."""
    return second_factors(person).exists()


def must_change_password(person: Person) -> bool:
    """Whether ``person`` may do nothing but change a password that was set for them."""
    return person.must_change_password and not (person.is_demo and is_demo())


def must_set_up(person: Person, standing: PersonRights) -> bool:
    """Whether ``person`` may do nothing but set up a second factor (or, with a short password alone, change it)."""
    if person.is_demo and is_demo():
        return False
    if not standing.needs_second_factor and person.long_password:
        return False
    return not has_second_factor(person)


def must_be_manager_of(person: Person, *, by: Actor) -> None:
    """Refuse unless ``by`` manages people at every unit where ``person`` is posted, and may give the roles held there.

    Otherwise who manages the people of a commune could enter with the rights of an administrator posted there too.
    """
    posts = list(posts_on(clock.today()).filter(person=person))
    if not posts:
        by.must_be_able_to(MANAGE_PEOPLE)
    for post in posts:
        by.must_be_able_to(MANAGE_PEOPLE, at=post.unit)
        if MANAGE_PEOPLE not in by.everywhere and (post.role.everywhere or post.role.needs_second_factor):
            raise Forbidden(
                "role_too_high",
                gettext("Chỉ quản trị viên toàn tỉnh quản lý được người giữ vai trò %(role)s."),
                role=post.role.name,
            )


def log_in_name(name: str) -> str:
    """A log-in name as its failures are counted under it, however it is written."""
    return nfc(name).strip().lower()


def is_locked_out(person: Person, *, now: datetime) -> bool:
    """Whether failed log-ins keep the name of ``person`` shut, or wrong codes the second factor."""
    return entrance_of(person, now=now)[1]


def entrance_of(person: Person, *, now: datetime) -> tuple[bool, bool]:
    """Whether ``person`` has a second factor, and whether they are locked out; read with one statement."""
    reads: list[DeferredRead[Any]] = [
        totals_read(second_factors(person), lambda row: row["number"] > 0, number=Count("pk")),
        totals_read(_shutting_attempts(person, now), lambda row: row["number"] > 0, number=Count("pk")),
        DeferredRead(
            wrong_codes(person).values("tried_at"), lambda rows: shut_until([row["tried_at"] for row in rows], now)
        ),
    ]
    has_factor, failed_too_often, codes_shut = read_together(reads)
    return has_factor, failed_too_often or codes_shut is not None


def _shutting_attempts(person: Person, now: datetime) -> QuerySet[AccessAttempt]:
    attempts: QuerySet[AccessAttempt] = AccessAttempt.objects.filter(
        username=log_in_name(person.username),
        failures_since_start__gte=settings.AXES_FAILURE_LIMIT,
        attempt_time__gt=now - settings.AXES_COOLOFF_TIME,
    )
    return attempts


def is_unused(person: Person, *, now: datetime) -> bool:
    """Whether ``person`` has not logged in for so long that the account must be closed."""
    return _last_used(person) < now - timedelta(days=IDLE_DAYS)


def _last_used(person: Person) -> datetime:
    return max(person.active_since, person.last_login or person.active_since)


def unused_accounts(*, now: datetime) -> QuerySet[Person]:
    """Open accounts of people who have not logged in for ``IDLE_DAYS`` days."""
    limit = now - timedelta(days=IDLE_DAYS)
    old_log_in = Q(last_login=None) | Q(last_login__lt=limit)
    return Person.objects.filter(old_log_in, is_active=True, is_demo=False, active_since__lt=limit)


def sessions_of(person: Person, *, now: datetime) -> QuerySet[Session]:
    """The log-ins of ``person`` that still stand, the latest used first."""
    recent = now - session_age(standing_on(person, clock.local(now).date()))
    return Session.objects.filter(person=person, began_at__gte=recent).order_by("-seen_at")


def session_age(standing: PersonRights) -> timedelta:
    """How long a log-in lasts: a working day; on a wall screen, weeks."""
    return UNATTENDED_AGE if standing.unattended else timedelta(seconds=settings.SESSION_COOKIE_AGE)


def tokens_of(person: Person) -> QuerySet[Token]:
    """Every token of ``person``, newest first."""
    return Token.objects.filter(person=person).order_by("-created_at")


def token_digest(secret: str) -> str:
    """What is kept of a token's secret; the secret is random enough (256 bits) for one round of SHA-256."""
    return sha256(secret.encode()).hexdigest()


def bearer_secret(request: HttpRequest) -> str:
    """The secret that a program sent in the header ``Authorization: Bearer …``, if any."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""


def actor_of_token(secret: str, *, address: str, now: datetime) -> Actor:
    """The program behind ``secret``, with the part of its owner's present rights that the token names; else nobody.

    Never with a right that no program carries, whatever the token names.
    """
    token = Token.objects.filter(digest=token_digest(secret)).select_related("person").first()
    if token is None or token.revoked_at or token.expires_at <= now or not may_act(token.person):
        return Actor(ref="", name=NOBODY.name, kind="nobody", address=address)
    standing, rights = standing_of(token.person, session=token.ref), set(token.rights) - rights_never_of_programs()
    return Actor(
        ref=token.ref,
        name=f"{token.name} ({token.person.name})",
        kind="program",
        reach={right: covered for right, covered in standing.reach.items() if right in rights},
        everywhere=standing.everywhere & rights,
        address=address,
    )


def address_of(request: HttpRequest) -> str:
    """Where ``request`` came from, as told by the outermost of our own proxies (``TINHSO_PROXIES`` of them)."""
    proxies: int = settings.PROXIES
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    if proxies and len(hops) >= proxies:
        return str(hops[-proxies])[:64]
    return str(request.META.get("REMOTE_ADDR", ""))[:64]


def one_time_step(person: Person, code: str, *, now: datetime, ahead: int = 0) -> int | None:
    """The time step (RFC 6238) whose code of the person's authenticator app ``code`` is; None where it is none's.

    A code holds for its own 30 seconds and the step before, and for ``ahead`` steps to come where telephones may be
    fast; whoever asks must see that no step serves twice.
    """
    app = Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.TOTP).first()
    code = normalize_user_code(code)
    if app is None or not (code.isascii() and code.isdecimal()):
        return None
    secret, present = decrypt(app.data["secret"]), int(now.timestamp()) // mfa_settings.TOTP_PERIOD
    steps = range(present + ahead, present - 2, -1)
    return next((step for step in steps if compare_digest(format_hotp_value(hotp_value(secret, step)), code)), None)
