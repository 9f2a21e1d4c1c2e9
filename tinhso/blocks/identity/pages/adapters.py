"""How the log-in library asks our people and tells our audit log."""

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.identity import queries, services
from tinhso.blocks.identity.middleware import SEEN
from tinhso.blocks.identity.models import Person
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor, program_actor
from tinhso.kernel.errors import Refused

HOW = {"password": "password", "mfa": "second factor", "socialaccount": "outside account", "persona": "persona"}


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Log-in with a password: no sign-up, every attempt in the audit log, unused accounts closed."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("Tài khoản này đang bị khóa."),
        "enter_current_password": _("Hãy nhập mật khẩu hiện tại."),
        "incorrect_code": _("Mã không đúng."),
        "incorrect_password": _("Mật khẩu không đúng."),
        "invalid_login": _("Không đăng nhập được."),
        "too_many_login_attempts": _("Sai quá nhiều lần. Hãy thử lại sau ít phút."),
        "username_password_mismatch": _("Tên đăng nhập hoặc mật khẩu không đúng."),
        "same_as_current": _("Mật khẩu mới phải khác mật khẩu hiện tại."),
        "rate_limited": _("Bạn thao tác quá nhanh. Hãy chờ một lát rồi thử lại."),
        "select_only_one": _("Chỉ chọn một."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Officials get their account from who manages people."""
        return False

    def pre_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponse | None:
        """Close the account at the door when nobody has used it for 45 days."""
        if user.is_active and not user.is_demo and queries.is_unused(user, now=clock.now()):
            services.disable_unused(by=program_actor("log-in", rights=[]), now=clock.now(), only=user)
            user.is_active = False
        if user.is_demo and not queries.is_demo():
            user.is_active = False  # in memory only: invented people never enter a real province
        answer: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return answer

    def login(self, request: HttpRequest, user: Person) -> None:
        """Begin the session and write it down."""
        before = user.last_login
        super().login(request, user)
        now = clock.now()
        request.session[SEEN] = int(now.timestamp())
        request.session["previous_log_in"] = before.isoformat() if before else ""
        if not request.session.session_key:
            request.session.create()
        key = request.session.session_key or ""
        by = queries.actor_for(user, address=queries.address_of(request), session=key)
        services.begin_session(
            person=user,
            key=key,
            browser=request.headers.get("User-Agent", ""),
            by=by,
            how=_login_methods(request),
            now=now,
        )

    def logout(self, request: HttpRequest) -> None:
        """End the session and write it down."""
        if request.user.is_authenticated:
            person = queries.person_behind(request.user)
            by = queries.actor_for(person, address=queries.address_of(request))
            services.forget_session(key=request.session.session_key or "", person=person, by=by)
        super().logout(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse an address from which very many log-ins failed, whatever names they tried; passkeys never ask here."""
        services.must_have_log_ins_left(address=queries.address_of(request), now=clock.now())
        super().pre_authenticate(request, **credentials)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Write a failed log-in down; a name nobody has is not kept, since people type passwords there."""
        try:
            who = queries.person_by_username(str(credentials.get("username", ""))).ref
        except Refused:
            who = "unknown"
        by = Actor(ref="", name=str(_("Khách")), kind="nobody", address=queries.address_of(request))
        did = "log-in refused: locked" if getattr(request, "axes_locked_out", False) else "log-in failed"
        audit.record(by=by, did=did, to=(Person._meta.label, who))
        services.count_failed_log_in(by=by, now=clock.now())

    def set_password(self, user: Person, password: str) -> None:
        """Change the password and end the person's other sessions."""
        by = queries.actor_for(user, session=self.request.session.session_key or "")
        services.set_password(person=user, password=password, by=by)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to one's own account once the password is changed."""
        return reverse("identity:account")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """No mail from the library: people hear from the messaging block."""


def _login_methods(request: HttpRequest) -> str:
    methods = request.session.get("account_authentication_methods") or []
    return " + ".join(HOW.get(item.get("method", ""), item.get("method", "")) for item in methods) or "persona"


class SecondFactor(DefaultMFAAdapter):  # type: ignore[misc]
    """Authenticator apps and passkeys."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _("Bạn cần xác thực hai lớp: hãy thêm cách khác trước khi bỏ cách này."),
        "cannot_generate_recovery_codes": _("Hãy bật xác thực hai lớp trước khi tạo mã dự phòng."),
        "incorrect_code": _("Mã không đúng."),
    }

    def is_mfa_enabled(self, user: Any, types: Any = None) -> bool:
        """Whether ``user`` has an authenticator of these ``types``, or any; one page that only shows asks once."""
        request = context.request
        if user.is_anonymous or request is None or request.method not in ("GET", "HEAD"):
            return bool(super().is_mfa_enabled(user, types=types))
        if not hasattr(user, "authenticator_types"):
            user.authenticator_types = set(Authenticator.objects.filter(user_id=user.pk).values_list("type", flat=True))
        return bool(user.authenticator_types if types is None else user.authenticator_types.intersection(types))

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Whether the person keeps what their role needs without this one."""
        person: Person = authenticator.user
        others = queries.second_factors(person).exclude(pk=authenticator.pk)
        standing = queries.standing_on(person, clock.today())
        return others.exists() or (person.long_password and not standing.needs_second_factor)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No mail from the library."""


class OutsideAccounts(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Log-in through an OpenID provider: a first-time citizen becomes a person without posts."""

    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "invalid_token": _("Nhà cung cấp định danh trả lời không hợp lệ."),
        "no_password": _("Tài khoản này chưa có mật khẩu."),
        "disconnect_last": _("Không thể bỏ cách đăng nhập cuối cùng."),
        "connected_other": _("Tài khoản định danh này đã gắn với người dùng khác."),
    }

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Whoever the provider vouches for may come in, as a citizen."""
        return True

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Person:
        """Name the new person as the provider does; the log-in name is never one that somebody could type."""
        person: Person = sociallogin.user
        claims = sociallogin.account.extra_data.get("userinfo", {}) or {}
        person.name = " ".join(str(data.get("name") or claims.get("name") or _("Công dân")).split())[:150]
        person.username = f"{sociallogin.account.provider}:{sociallogin.account.uid}"[:150]
        return person

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> Person:
        """Keep the new person."""
        person: Person = sociallogin.user
        person.set_unusable_password()
        sociallogin.save(request)
        by = Actor(ref=person.ref, name=person.name, address=queries.address_of(request))
        audit.record(by=by, did="signed up", to=person, after={"provider": sociallogin.account.provider})
        return person

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No mail from the library."""


def tried_name(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """The log-in name whose failures are counted, however it is written."""
    name = (credentials or {}).get("username") or request.POST.get("login", "")
    return queries.log_in_name(str(name))


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """The page for a name that five failed log-ins have locked."""
    return render(request, "account/locked_out.html", status=429)
