"""Pages without data: the theme's style sheet and the style guide."""

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control

from tinhso.ui.context import DEFAULT_ACCENT, served_province
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


SHEETS = {"": "ui/styleguide.html", "wall": "ui/styleguide_wall.html", "citizen": "ui/styleguide_citizen.html"}


def styleguide_page(request: HttpRequest, sheet: str = "") -> HttpResponse:
    """Every component with sample figures; sheets "wall" and "citizen" show whole pages. 404 for any other."""
    if sheet not in SHEETS:
        raise Http404
    return render(request, SHEETS[sheet], samples())
