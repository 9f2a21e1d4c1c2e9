"""What every template may use: the province, the one who looks, and the ways the header offers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tinhso.kernel import province as kernel_province
from tinhso.kernel.actor import NOBODY
from tinhso.kernel.province import Contact, Theme
from tinhso.ui.banners import current_banners
from tinhso.ui.menus import navigation_menus

DEFAULT_ACCENT = Theme.accent


@dataclass(frozen=True)
class Province:
    """The province as pages name it; ``demo`` says that its figures are illustrative."""

    name: str = "Tỉnh số"
    name_en: str = "Digital province"
    subtitles: Mapping[str, str] = field(default_factory=dict)
    notices: Mapping[str, str] = field(default_factory=dict)
    theme: Theme = field(default_factory=Theme)
    demo: bool = False
    contact: Contact = field(default_factory=Contact)

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return self.name_en if _is_english() else self.name

    @property
    def title_in_sentence(self) -> str:
        """The name as it stands within a Vietnamese sentence: “tỉnh Hai Sông”; in English as it is."""
        return self.title if _is_english() else self.title[:1].lower() + self.title[1:]

    @property
    def subtitle(self) -> str:
        """A line under the name in the reader's language; empty where the province gives none."""
        return _in_language(self.subtitles)

    @property
    def demo_label(self) -> str:
        """The words that mark illustrative figures, on pages and in exported pictures."""
        return _("Dữ liệu minh họa") if self.demo else ""

    @property
    def demo_notice(self) -> str:
        """What every page of a demo says; the province may word it."""
        return (_in_language(self.notices) or _("Số liệu trên trang này không phải số liệu thật.")) if self.demo else ""


def page_context(request: HttpRequest) -> dict[str, object]:
    """Context of every page: ``province``, ``actor``, ``banners`` above it, and ``nav``, the menus of the header."""
    actor = getattr(request, "actor", NOBODY)
    return {
        "province": served_province(),
        "actor": actor,
        "banners": current_banners(),
        "nav": navigation_menus(request.path, actor),
    }


def _is_english() -> bool:
    return (get_language() or "vi").startswith("en")


def _in_language(texts: Mapping[str, str]) -> str:
    return texts.get("en" if _is_english() else "vi", "") or texts.get("vi", "")


def served_province() -> Province:
    """The province that this installation serves, from ``province.toml`` of its folder."""
    facts = kernel_province.facts()
    name = facts.name or Province.name
    return Province(
        name=name,
        name_en=facts.name_en or (name if facts.name else Province.name_en),
        subtitles={"vi": facts.subtitle, "en": facts.subtitle_en},
        notices={"vi": facts.demo.notice, "en": facts.demo.notice_en},
        theme=replace(facts.theme, mark=facts.theme.mark or (_initials_of(name) if facts.name else "")),
        demo=bool(settings.DEMO) or facts.demo.illustrative,
        contact=facts.contact,
    )


def _initials_of(name: str) -> str:
    words = [word for word in name.split() if word.lower() not in ("tỉnh", "thành", "phố")]
    return "".join(word[0] for word in words[:2]).upper()
