"""Two pages without data: the theme's style sheet and the style guide."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control

from tinhso.ui.context import DEFAULT_ACCENT, province
from tinhso.ui.samples import SAMPLES

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@cache_control(public=True, max_age=3600)
def theme_css(request: HttpRequest) -> HttpResponse:
    """The province's accent colour as a CSS property (a strict policy allows no inline style)."""
    accent = province().theme.accent
    safe = accent if COLOUR.fullmatch(accent) else DEFAULT_ACCENT
    return HttpResponse(f":root{{--accent:{safe}}}\n", content_type="text/css; charset=utf-8")


def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component with sample figures."""
    return render(request, "ui/styleguide.html", SAMPLES)
