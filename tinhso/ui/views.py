"""Pages without data: the theme's style sheet and the style guide."""

import re

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from tinhso.kernel.actor import NOBODY
from tinhso.ui.context import DEFAULT_ACCENT, served_province
from tinhso.ui.front_page import front_parts
from tinhso.ui.menus import NavMenu, navigation_groups, public_hrefs, section_label, start_href
from tinhso.ui.navigation import ProductSection
from tinhso.ui.samples import samples

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@cache_control(public=True, max_age=3600)
def theme_css(request: HttpRequest) -> HttpResponse:
    """The province's accent colour as a CSS property (a strict policy allows no inline style)."""
    theme = served_province().theme
    rules = f":root{{--accent:{safe_colour(theme.accent)}}}\n"
    if COLOUR.fullmatch(theme.accent_on_dark):
        rules += f'[data-theme="dark"]{{--accent-ink:{theme.accent_on_dark}}}\n'
    return HttpResponse(rules, content_type="text/css; charset=utf-8")


def safe_colour(colour: str) -> str:
    """A province's colour, or the usual one where it is not written as ``#rrggbb``."""
    return colour if COLOUR.fullmatch(colour) else DEFAULT_ACCENT


@cache_control(public=True, max_age=86400)
def theme_mark(request: HttpRequest) -> HttpResponse:
    """The province's mark as a small square picture, for the browser's tab."""
    theme = served_province().theme
    return render(
        request, "ui/mark.svg", {"accent": safe_colour(theme.accent), "mark": theme.mark}, content_type="image/svg+xml"
    )


ABOUT_PAGES = {
    "about": "ui/about.html",
    "privacy": "ui/privacy.html",
    "accessibility": "ui/accessibility.html",
    "contact": "ui/contact.html",
}
SHEETS = {"": "ui/styleguide.html", "wall": "ui/styleguide_wall.html", "citizen": "ui/styleguide_citizen.html"}


def styleguide_page(request: HttpRequest, sheet: str = "") -> HttpResponse:
    """Every component with sample figures; sheets "wall" and "citizen" show whole pages. 404 for any other."""
    if sheet not in SHEETS:
        raise Http404
    return render(request, SHEETS[sheet], samples())


@require_safe
def front_page(request: HttpRequest) -> HttpResponse:
    """The front page, for everybody: what one can do here, what is open to all, and the way in for officials."""
    actor = getattr(request, "actor", NOBODY)
    groups = next((groups for section, groups in navigation_groups("", actor) if section == ProductSection.PEOPLE), [])
    return render(request, "ui/front.html", {"groups": groups, "start": start_href(actor), "parts": front_parts()})


@login_required
@require_safe
def start_page(request: HttpRequest) -> HttpResponse:
    """Leads whoever has logged in to the page where they begin; to the front page who has no work here."""
    return redirect(start_href(request.actor) or reverse("front"))  # type: ignore[attr-defined]


@require_safe
def systems_page(request: HttpRequest) -> HttpResponse:
    """Every way into the product with what one does there, for everybody; what needs a right is marked by a lock."""
    actor = getattr(request, "actor", NOBODY)
    sections = [NavMenu(section_label(section), groups) for section, groups in navigation_groups(request.path, actor)]
    return render(request, "ui/systems.html", {"sections": sections})


@require_safe
def about_page(request: HttpRequest, subject: str) -> HttpResponse:
    """What everybody may know of the portal: one of ``ABOUT_PAGES``."""
    return render(request, ABOUT_PAGES[subject])


@require_safe
@cache_control(public=True, max_age=86400)
def site_map(request: HttpRequest) -> HttpResponse:
    """The pages that everybody may open, for search engines (sitemaps.org, protocol 0.9)."""
    urls = [request.build_absolute_uri(href) for href in [reverse("front"), *public_hrefs()]]
    return render(request, "ui/sitemap.xml", {"urls": urls}, content_type="application/xml")


@require_safe
@cache_control(public=True, max_age=86400)
def robots_txt(request: HttpRequest) -> HttpResponse:
    """What programs that gather pages may read (RFC 9309): the pages of the site map, and what they lead to."""
    lines = ["User-agent: *", "Disallow: /accounts/", "Disallow: /api/v1/", "Disallow: /pay/", "Disallow: /start/"]
    lines.append("Sitemap: " + request.build_absolute_uri(reverse("site_map")))
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
