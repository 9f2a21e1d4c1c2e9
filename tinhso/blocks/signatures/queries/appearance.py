"""Where a signature stands on a page, and what is written in it."""

from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from asn1crypto import x509
from django.conf import settings
from pyhanko.pdf_utils.font.api import FontEngineFactory
from pyhanko.pdf_utils.font.opentype import GlyphAccumulator
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.layout import AxisAlignment, InnerScaling, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.text import TextBoxStyle
from pyhanko.stamp import TextStampStyle

from tinhso.blocks.documents.queries.pdf import typeface_file
from tinhso.blocks.signatures.contract import PageBox, SignatureAsk, SignatureKind
from tinhso.blocks.signatures.queries.rules import POINTS_A_MM, SigningRules, StampLook
from tinhso.kernel import clock

LARGEST_IMAGE = 4_000_000  # pixels
ALPHABETS = (
    (0x20, 0x24F),
    (0x300, 0x52F),
    (0x1E00, 0x1EFF),
    (0x2000, 0x206F),
    (0x20AB, 0x20AB),
)  # Latin to Cyrillic, đồng


def moment_text(now: datetime) -> str:
    """A moment as Nghị định 30/2020/NĐ-CP has it written: ISO 8601 with ``+07:00``."""
    return clock.local(now).isoformat(timespec="seconds")


def signer_box(look: StampLook, page: tuple[float, float]) -> PageBox:
    """The usual place of the signer's on a page of a width and height in points."""
    width, height = look.width * POINTS_A_MM, look.height * POINTS_A_MM
    return PageBox(page[0] - look.right * POINTS_A_MM - width, look.bottom * POINTS_A_MM, width, height)


def seal_box(look: StampLook, signer: PageBox) -> PageBox:
    """A seal in its real size on the left of the signer's box, covering ``covers`` of it, centred in its height."""
    side = look.seal * POINTS_A_MM
    return PageBox(
        signer.left + look.covers * signer.width - side, signer.bottom + (signer.height - side) / 2, side, side
    )


def turn_box(look: StampLook, page: tuple[float, float], place: int, of: int) -> PageBox:
    """Where the ``place``-th of several signers stands: the last at the usual place, those before above it."""
    usual = signer_box(look, page)
    above = min(of - place, 8) * (usual.height + 2 * POINTS_A_MM)
    return PageBox(usual.left, usual.bottom + above, usual.width, usual.height)


def appendix_box(look: StampLook, page: tuple[float, float]) -> PageBox:
    """The upper right corner of an appendix, for one line of type."""
    height = 3 * look.appendix_size
    return PageBox(page[0] / 2, page[1] - height - 10 * POINTS_A_MM, page[0] / 2 - look.right * POINTS_A_MM, height)


def box_of(ask: SignatureAsk, rules: SigningRules, page: tuple[float, float]) -> PageBox:
    """Where a signature is drawn: where it was asked for, else by the province's rules."""
    if ask.box is not None:
        return ask.box
    if ask.number:
        return appendix_box(rules.look, page)
    usual = signer_box(rules.look, page)
    if ask.kind is SignatureKind.PERSON:
        return usual
    drawn = ask.image or rules.look.seal_file
    return seal_box(rules.look if drawn else replace(rules.look, covers=0), usual)  # words do not lie on words


def stamp_style(ask: SignatureAsk, rules: SigningRules, certificate: x509.Certificate, now: datetime) -> TextStampStyle:
    """What is drawn: a person's image or words, a seal's image or words, an appendix's number and time."""
    content = ask.image or (_seal_image(rules) if ask.kind is SignatureKind.SEAL else b"")
    image = stamp_picture(content) if content else None
    text = _stamp_text(ask, certificate, now) if image is None else ask.title or " "
    size = rules.look.appendix_size if ask.number else rules.look.size
    return TextStampStyle(
        stamp_text=text.replace("%", "%%"),
        text_box_style=TextBoxStyle(font=_Type(), font_size=round(size), leading=round(size * 1.2), border_width=0),
        border_width=0 if image is not None or ask.number else 1,
        background=image,
        background_opacity=1,
        background_layout=SimpleBoxLayoutRule(
            AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, Margins(0, 0, 0, 0), InnerScaling.STRETCH_TO_FIT
        ),
        inner_content_layout=SimpleBoxLayoutRule(
            AxisAlignment.ALIGN_MIN, AxisAlignment.ALIGN_MID, Margins(4, 4, 2, 2), InnerScaling.SHRINK_TO_FIT
        ),
    )


def _stamp_text(ask: SignatureAsk, certificate: x509.Certificate, now: datetime) -> str:
    """The words are part of an official Vietnamese document, whatever the language of whoever signs."""
    if ask.number:
        return f"{ask.number}; {moment_text(now)}"
    subject = certificate.subject.native
    lines = [f"Ký bởi: {subject.get('common_name', '')}"]
    if ask.kind is SignatureKind.PERSON and subject.get("organization_name"):
        lines.append(f"Cơ quan: {subject['organization_name']}")
    lines.append(f"Thời gian ký: {moment_text(now)}")
    if ask.title:
        lines.insert(0, ask.title)
    if ask.place:
        lines.append(f"Nơi ký: {ask.place}")
    width = 24 if ask.kind is SignatureKind.SEAL else 44  # a seal is a square: long lines would shrink its letters
    return "\n".join(_wrapped_line(line, width) for line in lines)


def _wrapped_line(line: str, width: int) -> str:
    lines = [""]
    for word in line.split():
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + word
    return "\n".join(lines)


def _seal_image(rules: SigningRules) -> bytes:
    return (Path(settings.PROVINCE_DIR) / rules.look.seal_file).read_bytes() if rules.look.seal_file else b""


def stamp_picture(content: bytes) -> PdfImage:
    """A PNG as what a page shows; refuses other formats and very large ones."""
    from django.utils.translation import gettext as _
    from PIL import Image

    from tinhso.kernel.errors import Refused

    try:
        image = Image.open(BytesIO(content), formats=("PNG",))
        if image.width * image.height > LARGEST_IMAGE:
            raise ValueError
        image.load()
    except (OSError, ValueError, SyntaxError) as problem:
        raise Refused("bad_image", _("Ảnh chữ ký, ảnh dấu phải là tệp PNG dưới 4 triệu điểm ảnh.")) from problem
    return PdfImage(image.convert("RGBA"))


class _Type(FontEngineFactory):
    """The typeface of documents, read from the disk once; the library's own leaves the file open."""

    def create_font_engine(self, writer: Any, obj_stream: Any = None) -> GlyphAccumulator:
        """The letters that one document uses."""
        if obj_stream is None and writer.stream_xrefs:
            obj_stream = writer.prepare_object_stream()
        return _Letters(writer=writer, font_handle=BytesIO(_stamp_typeface()), font_size=10, obj_stream=obj_stream)


@lru_cache(maxsize=1)
def _stamp_typeface() -> bytes:
    """The face cut to alphabets that names are written in: a signature cuts out its own letters, faster from less."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    out = BytesIO()
    with TTFont(typeface_file("400Regular")) as font:
        cutter = Subsetter(Options(layout_features=["kern", "mark", "ccmp"], notdef_outline=True, hinting=False))
        cutter.populate(unicodes=[letter for first, last in ALPHABETS for letter in range(first, last + 1)])
        cutter.subset(font)
        font.save(out)
    return out.getvalue()


class _Letters(GlyphAccumulator):
    """The library writes widths on the face's own grid, where PDF counts thousandths: letters would stand apart."""

    def prepare_write(self) -> None:
        """Widths in thousandths, once."""
        if not self._write_prepared:
            scale = 1000 / self.units_per_em
            self._glyphs = {glyph: (cid, round(width * scale)) for glyph, (cid, width) in self._glyphs.items()}
        super().prepare_write()  # type: ignore[no-untyped-call]
