"""The system as an app on a phone: its manifest, its icons, and the service worker that keeps last-seen pages."""

import hashlib
import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from tinhso.ui import icons, offline, raster
from tinhso.ui.context import served_province
from tinhso.ui.views import safe_colour

# name of an icon → its size, whether it fills the square to the edge (a mask may cut it), whether it is but a shape
ICONS = {
    "icon-192": (192, False, False),
    "icon-512": (512, False, False),
    "maskable-192": (192, True, False),
    "maskable-512": (512, True, False),
    "touch-180": (180, True, False),
    "badge-96": (96, False, True),
}
SHORT = 12  # letters of a name that fit under an icon


@require_safe
@cache_control(private=True, max_age=3600)
def web_manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest (W3C), in the reader's language, from the province's name and theme."""
    about = served_province()
    answer = {
        "id": "/phone/",
        "name": about.title,
        "short_name": _short_title(about.title),
        "description": _("Số liệu, cảnh báo và báo cáo của tỉnh trên điện thoại"),
        "lang": translation.get_language() or "vi",
        "dir": "ltr",
        "start_url": _address_or_empty(offline.offline_pages().start) or "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f4f6f5",
        "theme_color": safe_colour(about.theme.accent),
        "categories": ["government", "productivity"],
        "icons": [_icon_entry(name) for name in ICONS if name.startswith(("icon", "maskable"))],
        "shortcuts": [
            {
                "name": _(label),
                "url": _address_or_empty(name),
                "icons": [{"src": "/icons/icon-192.png", "sizes": "192x192"}],
            }
            for label, name in offline.offline_pages().shortcuts
            if _address_or_empty(name)
        ],
    }
    return HttpResponse(json.dumps(answer, ensure_ascii=False), content_type="application/manifest+json")


def _icon_entry(name: str) -> dict[str, str]:
    size, full, _shape = ICONS[name]
    purpose = "maskable" if full else "any"
    return {"src": f"/icons/{name}.png", "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


def _short_title(title: str) -> str:
    plain = title.removeprefix("Tỉnh ").removeprefix("Thành phố ").removesuffix(" Province")
    return plain if len(plain) <= SHORT else "".join(word[0] for word in plain.split())


def _address_or_empty(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _existing_addresses(names: Iterable[str]) -> list[str]:
    return [address for address in map(_address_or_empty, names) if address]


@require_safe
@cache_control(public=True, max_age=86400)
def app_icon(request: HttpRequest, name: str) -> HttpResponse:
    """One of the app's icons, drawn from the province's mark; 404 for another name."""
    if name not in ICONS:
        raise Http404
    theme = served_province().theme
    return HttpResponse(_icon_png(name, theme.mark, safe_colour(theme.accent)), content_type="image/png")


@lru_cache(maxsize=32)
def _icon_png(name: str, mark: str, accent: str) -> bytes:
    size, full, shape = ICONS[name]
    context = {"mark": mark, "accent": accent, "full": full, "shape": shape, "bell": icons.path_of("bell")}
    return raster.png_of_svg(render_to_string("ui/icon.svg", context), width=size)


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker with what it needs to know of this build; looked up anew at every visit."""
    script = _manifest_path().parents[1] / "sw.js"
    if not script.is_file():
        raise Http404
    source = script.read_text(encoding="utf-8")
    build_json = json.dumps(build_of(source), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    answer = HttpResponse(f"self.BUILD={build_json};\n{source}", content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    answer["Service-Worker-Allowed"] = "/"
    return answer


def build_of(source: str) -> dict[str, Any]:
    """This build: its version, files that every page needs, the page shown without a network, the worker's words."""
    text = _manifest_path().read_text(encoding="utf-8")
    theme, pages = served_province().theme, offline.offline_pages()
    version = hashlib.sha256(f"{source}{text}{theme}".encode()).hexdigest()[:12]
    return {
        "version": version,
        "assets": _offline_assets(text),
        "offline": _address_or_empty(pages.without_network),
        "logout": _address_or_empty("account_logout"),
        "door": _address_or_empty(pages.account),
        "keep": _existing_addresses(pages.kept),
        "instead": {
            _address_or_empty(name): _address_or_empty(other)
            for name, other in pages.instead
            if _address_or_empty(other)
        },
        "data": _existing_addresses(pages.data),
        "keepOnly": _existing_addresses(pages.kept_only),
        "words": {language: _script_texts(language) for language, _name in settings.LANGUAGES},
    }


def _manifest_path() -> Path:
    return Path(str(settings.DJANGO_VITE["default"]["manifest_path"]))


@lru_cache(maxsize=2)
def _offline_assets(text: str) -> list[str]:
    """The files that pages kept on a phone load at once, with what these import; larger islands come when asked for."""
    entries, waiting = json.loads(text), ["frontend/app.ts", *offline.offline_pages().files]
    asset_files: dict[str, None] = {}
    visited_names: set[str] = set()
    while waiting:
        name = waiting.pop(0)
        entry = entries.get(name, {}) if name not in visited_names else {}
        visited_names.add(name)
        asset_files |= dict.fromkeys([entry.get("file", ""), *entry.get("css", []), *entry.get("assets", [])])
        waiting += entry.get("imports", [])
    return [f"{settings.STATIC_URL}dist/{file}" for file in asset_files if file]


def _script_texts(language: str) -> dict[str, str]:
    with translation.override(language):
        return {
            "offline": _("Số liệu xem lần cuối lúc %s; đang ngoại tuyến."),
            "slow": _("Số liệu xem lần cuối lúc %s; mạng hoặc máy chủ chưa trả lời."),
        }
