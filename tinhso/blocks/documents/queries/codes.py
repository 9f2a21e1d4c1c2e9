"""QR codes that lead from a document to its page."""

from io import BytesIO

import segno


def qr_svg(address: str, *, title: str = "") -> str:
    """The code as SVG of black modules on white, with the margin that readers need; 100 units wide at least."""
    code = segno.make(address, error="m", micro=False)
    out = BytesIO()
    code.save(out, kind="svg", scale=4, border=4, xmldecl=False, light="#fff", title=title or None, nl=False)
    return out.getvalue().decode()


def qr_png(address: str) -> bytes:
    """The code as PNG, for programs that show no SVG."""
    out = BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="png", scale=8, border=4)
    return out.getvalue()
