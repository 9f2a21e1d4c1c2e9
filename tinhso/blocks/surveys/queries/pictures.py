"""QR codes that fit the screen they are shown on."""

import re

from tinhso.blocks.documents import queries as documents

SIZE = re.compile(r'width="(\d+)" height="(\d+)"')


def qr_code_svg(content: str, *, title: str) -> str:
    """The code as SVG that grows and shrinks with its place, a phone's narrow screen included."""
    drawn = documents.qr_svg(content, title=title)
    return SIZE.sub(lambda match: f'{match[0]} viewBox="0 0 {match[1]} {match[2]}"', drawn, count=1)
