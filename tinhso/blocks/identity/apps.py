from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Error, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.rights import registered_rights


class IdentityConfig(AppConfig):
    name = "tinhso.blocks.identity"
    label = "identity"
    verbose_name = _("Con người và quyền")

    def ready(self) -> None:
        """Let production refuse to start unsafely."""
        register(production_is_safe)


def production_is_safe(app_configs: Any = None, **kwargs: Any) -> list[Error]:
    """What stands between this configuration and production. Outside of it only one thing: a system that holds more
    than a demo's people does not start with the secret key that everybody can read."""
    return [Error(f"{fault_text} ({why})", id=f"tinhso.{code}") for code, fault_text, why in _settings_faults()]


def must_be_safe_to_start() -> None:
    """Servers ask before they answer anybody, since they run no checks of Django's. Raises ImproperlyConfigured."""
    if faults := production_is_safe():
        raise ImproperlyConfigured("; ".join(str(fault.msg) for fault in faults))


def _settings_faults() -> list[tuple[str, str, str]]:
    if unknown := _unknown_rights():
        fault_text = f"Không có quyền nào tên là {', '.join(unknown)}: sửa hoặc bỏ TINHSO_SECOND_FACTOR_RIGHTS"
        return [("E006", fault_text, "TINHSO_SECOND_FACTOR_RIGHTS")]
    public_secrets = {settings.DEFAULT_SECRET, ""}
    if not settings.PRODUCTION:
        published = not settings.DEMO and settings.SECRET_KEY in public_secrets
        words = "Khóa bí mật đang dùng là khóa công khai của bản trình diễn: đặt TINHSO_SECRET_KEY dài từ 40 ký tự"
        return [("E002", words, "TINHSO_DEMO=0")] if published else []
    checks = [
        ("E001", settings.DEMO, "Chế độ trình diễn đang bật: đặt TINHSO_DEMO=0"),
        (
            "E002",
            settings.SECRET_KEY in public_secrets or len(settings.SECRET_KEY) < 40,
            "Đặt TINHSO_SECRET_KEY dài từ 40 ký tự",
        ),
        ("E003", settings.DEBUG, "Chế độ gỡ lỗi đang bật: đặt TINHSO_DEBUG=0"),
        ("E004", not _hosts_are_named(), "TINHSO_HOSTS phải nêu đích danh tên miền, không dùng *"),
    ]
    why = "TINHSO_PRODUCTION=1"
    faults = [(code, check_text, why) for code, wrong, check_text in checks if wrong]
    if not faults and _demo_people_may_enter():  # asked last: it waits for a database
        return [("E005", "Cơ sở dữ liệu còn tài khoản của nhân vật minh họa: chạy tinhso close-personas", why)]
    return faults


def _unknown_rights() -> list[str]:
    """Names among those that need a second factor that no app has registered: a slip would guard nothing."""
    names = {right.name for right in registered_rights()}
    return sorted(set(settings.SECOND_FACTOR_RIGHTS or ()) - names) if names else []


def _demo_people_may_enter() -> bool:
    from tinhso.blocks.identity import queries

    try:
        return queries.open_personas().exists()
    except DatabaseError:
        return False  # no database, or one without tables: whoever starts is told so by other means


def _hosts_are_named() -> bool:
    hosts = [host.strip() for host in settings.ALLOWED_HOSTS]
    return bool(hosts) and all(hosts) and not any(host in ("*", ".") or "*" in host for host in hosts)
