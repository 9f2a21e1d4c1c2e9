"""What is printed for the applicant: where to follow the case, and the picture that leads there."""

from io import BytesIO

import segno
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.queries import secrets


def tracking_address(case: Case) -> str:
    """The path where whoever holds the key follows the case."""
    return reverse("cases:tracked", args=[case.code, secrets.key_of(case)])


def qr_code_svg(url: str) -> SafeString:
    """A QR code as SVG without inline style."""
    out = BytesIO()
    segno.make(url, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, border=2, scale=4, omitsize=False
    )
    return mark_safe(out.getvalue().decode())  # made here, of an address of ours
