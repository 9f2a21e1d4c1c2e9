"""Certified copies as files: the original's pages, marked as a copy, and a page with the certification."""

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tinhso.blocks.documents.contract import Certifying
from tinhso.blocks.documents.models import Certification
from tinhso.blocks.documents.queries import markup, pdf
from tinhso.blocks.documents.queries.codes import qr_svg
from tinhso.kernel import province
from tinhso.kernel.errors import Refused

A4_INCHES = (8.27, 11.69)
STYLE = f"""
@page {{ size: A4; margin: 20mm 15mm 20mm 30mm }}
html {{ font: 13pt/1.3 {markup.FONT} }} h1 {{ font-size: 14pt; text-align: center }} p {{ margin: 0 0 6pt }}
section {{ break-after: page }} .mark {{ text-align: right; font-weight: bold; color: #b00020 }}
.mark span {{ border: 1.5pt solid #b00020; padding: 1mm 3mm }}
.signed {{ width: 55%; margin: 10mm 0 0 45%; text-align: center; font-weight: bold }} .room {{ height: 24mm }}
.code {{ display: flex; align-items: center; font-size: 10pt }}
.code img {{ width: 26mm; height: 26mm; margin-right: 4mm }}
.small {{ font-size: 10pt; overflow-wrap: anywhere }}
"""


@dataclass(frozen=True)
class Copy:
    """What the page of one copy says; ``place`` of ``of`` copies, at the address that checks it."""

    number: str
    place: int
    of: int
    address: str

    @property
    def file_name(self) -> str:
        """How its file is called within the archive."""
        return f"ban-sao-{self.place:04d}.pdf"


def certifying_rules() -> Certifying:
    """How this province certifies copies: ``[certified_copies]`` of its ``province.toml``; refuses without it."""
    values: dict[str, Any] = dict(province.province_facts().certified_copies)
    if not values:
        raise Refused("no_certifying", _("Tỉnh chưa soạn lời chứng: ghi [certified_copies] trong province.toml."))
    return Certifying(**values | {"signature": tuple(values.get("signature", ()))})


def certification(ref: str) -> Certification:
    """Copies certified in one go; refuses an unknown reference."""
    certification_record = Certification.objects.filter(ref=ref).select_related("packed", "unit").first()
    if certification_record is None:
        raise Refused("unknown_certification", _("Không có lần chứng thực nào có mã “%(ref)s”."), ref=ref)
    return certification_record


def certified_copy_pdf(
    how: Certifying, copies: Sequence[Copy], *, what: str, sha256: str, day: date, signer: str
) -> bytes:
    """A PDF whose first page marks a copy as one, followed by the certification of each copy on a page of its own."""
    weasyprint, fonts = pdf.typesetter()
    near = weasyprint.urls.URLFetcher(allowed_protocols=("file", "data"), allow_redirects=False, fail_on_errors=True)
    dated = f"{how.place}, ngày {day.day:02d} tháng {day.month} năm {day.year}"
    sections = (_certification_page(how, copy, what, sha256, dated, signer) for copy in copies)
    body = format_html(
        '<!doctype html><html lang="vi"><body><section class="mark"><span>BẢN SAO</span></section>{}</body></html>',
        format_html_join("", "{}", ((section,) for section in sections)),
    )
    sheet = weasyprint.CSS(string=pdf.typeface_css() + STYLE, font_config=fonts, url_fetcher=near)
    content: bytes = weasyprint.HTML(string=body, url_fetcher=near).write_pdf(stylesheets=[sheet], font_config=fonts)
    return content


def _certification_page(how: Certifying, copy: Copy, what: str, sha256: str, dated: str, signer: str) -> SafeString:
    return format_html(
        "<section><h1>{}</h1><p>{}</p><p>Giấy tờ: {}</p><p>Số chứng thực: <b>{}</b> – bản sao thứ {}/{}</p>"
        '<p class="small">SHA-256 của bản được sao: {}</p><p><i>{}</i></p>'
        '<div class="signed">{}<div class="room"></div><p>{}</p></div>'
        '<div class="code"><img alt="" src="data:image/svg+xml;base64,{}"><p>Kiểm tra tại<br>{}</p></div></section>',
        how.title,
        how.text,
        what,
        copy.number,
        copy.place,
        copy.of,
        sha256,
        dated,
        format_html_join("", "<p>{}</p>", ((line,) for line in how.signature)),
        signer,
        b64encode(qr_svg(copy.address).encode()).decode(),
        copy.address,
    )


def pack_copies(original: Path, media_type: str, content: bytes, copies: Sequence[Copy], target: Path) -> list[str]:
    """Write every copy into one archive at ``target``; says the hash of each, in the order of ``copies``."""
    import pikepdf

    hashes = []
    with (
        _as_pdf(original, media_type) as source,
        pikepdf.open(BytesIO(content)) as blocks,
        ZipFile(target, "w") as packed,
    ):
        source.pages[0].add_overlay(blocks.pages[0])
        for copy, block in zip(copies, list(blocks.pages)[1:], strict=True):
            with pikepdf.new() as copy_pdf:
                copy_pdf.pages.extend(source.pages)
                copy_pdf.pages.append(block)
                out = BytesIO()
                copy_pdf.save(out, deterministic_id=True)
            hashes.append(hashlib.sha256(out.getvalue()).hexdigest())
            packed.writestr(_zip_entry(copy.file_name), out.getvalue())
        packed.writestr(_zip_entry("so-chung-thuc.csv"), _copies_csv(copies, hashes))
    return hashes


def _zip_entry(name: str) -> ZipInfo:
    entry = ZipInfo(name)  # its usual moment is a fixed one
    entry.compress_type, entry.external_attr = ZIP_STORED, 0o600 << 16
    return entry


def _copies_csv(copies: Sequence[Copy], hashes: Sequence[str]) -> bytes:
    rows = (
        f"{copy.place},{copy.number},{copy.file_name},{digest}" for copy, digest in zip(copies, hashes, strict=True)
    )
    return ("\ufeffban,so,tep,sha256\r\n" + "\r\n".join(rows) + "\r\n").encode()


def _as_pdf(original: Path, media_type: str) -> Any:
    import pikepdf

    if media_type == "application/pdf":
        return pikepdf.open(original)
    from PIL import Image, ImageOps

    out = BytesIO()
    with Image.open(original) as image:
        upright = ImageOps.exif_transpose(image.convert("RGB"))
        dots = max(upright.width / A4_INCHES[0], upright.height / A4_INCHES[1])
        upright.save(out, "PDF", resolution=dots)
    out.seek(0)
    return pikepdf.open(out)
