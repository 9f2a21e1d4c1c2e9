"""A document as PDF/A-2a with tags: the same document and the same programs give the same bytes."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from tinhso.blocks.documents.contract import Document, PageLayout
from tinhso.blocks.documents.queries import markup
from tinhso.kernel.errors import Refused

FACES = {
    "400Regular": ("400", "normal"),
    "400Regular_Italic": ("400", "italic"),
    "700Bold": ("700", "normal"),
    "700Bold_Italic": ("700", "italic"),
}


def as_pdf(document: Document) -> bytes:
    """The document set on A4; refuses when the machine lacks Pango or the build lacks the typeface."""
    weasyprint, fonts = typesetter()
    # a document never fetches anything: all text is escaped, and only files and what is inside the page may be opened
    near = weasyprint.urls.URLFetcher(allowed_protocols=("file", "data"), allow_redirects=False, fail_on_errors=True)
    page = weasyprint.HTML(string=_page_html(document), url_fetcher=near)
    sheet = weasyprint.CSS(string=typeface_css() + style_sheet(document), font_config=fonts, url_fetcher=near)
    content: bytes = page.write_pdf(
        stylesheets=[sheet],
        font_config=fonts,
        pdf_variant="pdf/a-2a",
        pdf_identifier=hashlib.sha256(document.identity.encode()).digest()[:16],
        presentational_hints=False,
    )
    return content


def typeface_file(name: str) -> Path:
    """The file of one face of the typeface; refuses when the front end was not built."""
    path = Path(settings.DOCUMENT_FONT_DIR) / f"Tinos_{name}.ttf"
    if not path.is_file():
        raise Refused("no_typeface", _("Thiếu phông chữ của văn bản: hãy chạy “make setup” để dựng lại giao diện."))
    return path


def typesetter() -> tuple[Any, Any]:
    """WeasyPrint and a set of fonts; refuses when the machine lacks Pango."""
    try:
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration
    except OSError as problem:
        raise Refused(
            "no_pango",
            _("Máy này thiếu thư viện Pango để tạo PDF; trên Debian/Ubuntu: apt install libpango-1.0-0 %(more)s."),
            more="libpangoft2-1.0-0 libharfbuzz-subset0",
        ) from problem
    return weasyprint, FontConfiguration()


def _page_html(document: Document) -> str:
    moments = ("dcterms.created", "dcterms.modified") if document.made_at else ()
    return format_html(
        '<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{}</title>'
        '<meta name="author" content="{}">{}</head><body>{}</body></html>',
        f"{document.number_text} {document.title}" if document.number else document.title,
        document.letterhead.body.replace("\n", " "),
        format_html_join("", '<meta name="{}" content="{}">', ((name, document.made_at) for name in moments)),
        markup.document_body(document),
    )


def typeface_css() -> str:
    """The typeface as rules of a style sheet."""
    return "".join(
        f'@font-face {{ font-family: {markup.FONT}; src: url("{typeface_file(name).as_uri()}"); '
        f"font-weight: {weight}; font-style: {slant} }}\n"
        for name, (weight, slant) in FACES.items()
    )


def style_sheet(document: Document) -> str:
    """The style sheet of the printed page, from the document's own measures."""
    layout = document.layout
    return _page_style(document, layout) + _head_style(layout) + _text_style(layout) + _table_style(layout)


def _page_style(document: Document, layout: PageLayout) -> str:
    mark = document.mark.replace("\\", "").replace('"', "”").replace("\n", " ")
    margins = f"{layout.top:g}mm {layout.right:g}mm {layout.bottom:g}mm {layout.left:g}mm"
    upright = (layout.width, layout.height) == (210, 297)
    size = "A4" if upright else f"{layout.width:g}mm {layout.height:g}mm"
    return f"""
@page {{ size: {size}; margin: {margins};
  @top-center {{ content: counter(page); font: {layout.page:g}pt {markup.FONT}; vertical-align: middle }}
  @bottom-center {{ content: "{mark}"; font: italic 10pt {markup.FONT}; color: #444; vertical-align: middle }} }}
@page :first {{ @top-center {{ content: none }} }}
html {{ font: {layout.text:g}pt/{layout.spacing:g} {markup.FONT}; color: #000 }}
body, p, h1, h2, h3, h4, figure, table {{ margin: 0; font-weight: normal; font-size: inherit }}
"""


def _head_style(layout: PageLayout) -> str:
    return f"""
.doc-head {{ display: flex; justify-content: space-between; text-align: center; line-height: 1.15 }}
.doc-body {{ width: 42% }} .doc-state {{ width: 58% }}
.doc-above, .doc-name {{ font-size: {layout.body:g}pt }} .doc-name, .doc-state-name, .doc-motto {{ font-weight: bold }}
.doc-name span::after {{ content: ""; display: block; width: 40%; margin: 2pt auto 0; border-top: 0.8pt solid #000 }}
.doc-state-name {{ font-size: {layout.state_name:g}pt; white-space: nowrap }}
.doc-motto {{ font-size: {layout.motto:g}pt }}
.doc-motto span {{ border-bottom: 0.8pt solid #000; padding-bottom: 1pt }}
.doc-second {{ margin-top: 8pt; align-items: baseline }}
.doc-number {{ width: 42%; font-size: {layout.number:g}pt }}
.doc-place {{ width: 58%; font-size: {layout.place:g}pt; font-style: italic }}
.doc-title {{ margin: 18pt 0 14pt; text-align: center; font-size: {layout.title:g}pt; font-weight: bold }}
.doc-kind, .doc-subject {{ display: block }}
.doc-title::after {{ content: ""; display: block; width: 30%; margin: 4pt auto 0; border-top: 0.8pt solid #000 }}
.doc-replaces {{ text-align: center; font-style: italic; margin-bottom: 8pt }}
.doc-foot {{ display: flex; justify-content: space-between; margin-top: 18pt; break-inside: avoid; line-height: 1.15 }}
.doc-recipients {{ width: 45%; font-size: {layout.recipients:g}pt }}
.doc-to {{ font-size: {layout.recipients_head:g}pt; font-weight: bold; font-style: italic }}
.doc-signature {{ width: 52%; text-align: center }} .doc-signature p {{ font-weight: bold }}
.doc-room {{ height: 24mm }}
.doc-verify {{ display: flex; align-items: center; margin-top: 8mm; break-inside: avoid; font-size: 9pt }}
.doc-verify img {{ width: 24mm; height: 24mm; margin-right: 3mm }} .doc-verify p {{ overflow-wrap: anywhere }}
"""


def _text_style(layout: PageLayout) -> str:
    return f"""
.doc-text > p {{ text-align: justify; text-indent: {layout.indent:g}mm; margin-top: {layout.above:g}pt }}
.doc-h1, .doc-h2, .doc-h3 {{ margin-top: {layout.above:g}pt; text-indent: {layout.indent:g}mm; break-after: avoid }}
.doc-h1, .doc-h2 {{ font-weight: bold }} .doc-h3 {{ font-style: italic }}
.doc-text .doc-note {{ font-size: {layout.table:g}pt; font-style: italic; text-indent: 0; text-align: left }}
.doc-figure {{ margin: 8pt 0; break-inside: avoid; text-align: center }}
.doc-figure figcaption {{ font-weight: bold; font-size: {layout.table:g}pt; margin-bottom: 3pt }}
.doc-figure img {{ width: 100% }}
"""


def _table_style(layout: PageLayout) -> str:
    widths = " ".join(f".doc-w{n} {{ width: {n * 5}% }}" for n in range(1, 21))
    return f"""
.doc-table {{ margin: 8pt 0 }}
.doc-table table {{ width: 100%; border-collapse: collapse; font-size: {layout.table:g}pt; line-height: 1.15 }}
.doc-table caption {{ font-weight: bold; padding-bottom: 3pt }}
.doc-table thead {{ display: table-header-group }} .doc-table tr {{ break-inside: avoid }}
.doc-table th, .doc-table td {{ border: 0.5pt solid #000; padding: 2pt 4pt; vertical-align: middle; text-align: left }}
.doc-table thead th {{ text-align: center; font-weight: bold }} .doc-table tbody th {{ font-weight: normal }}
.doc-table .num {{ text-align: right }}
{widths}
"""
