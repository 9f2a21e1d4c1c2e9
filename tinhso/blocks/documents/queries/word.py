"""A document as DOCX: real styles, real tables, alternative texts; the same document gives the same bytes."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor

from tinhso.blocks.documents.contract import (
    MOTTO,
    STATE_NAME,
    Block,
    ChartFigure,
    DashedList,
    Document,
    DocumentTable,
    Heading,
    PageLayout,
    Paragraph,
    QrCodeBlock,
    RemarkBlock,
)
from tinhso.blocks.documents.queries import markup
from tinhso.blocks.documents.queries.codes import qr_png
from tinhso.blocks.documents.queries.pictures import as_png

FACE = "Times New Roman"  # what Word has; the metrics are those of the PDF's typeface
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file can name


def as_docx(document: Document) -> bytes:
    """The document as a Word file with fixed dates and order of parts."""
    word_document: Any = docx.Document()
    _set_properties(word_document, document)
    _set_styles(word_document, document.layout)
    _set_up_page(word_document, document)
    _add_head(word_document, document)
    numbers = markup.heading_numbers(document.blocks)
    for block, number in zip(document.blocks, numbers, strict=True):
        _WRITE[type(block)](word_document, block, number, document.layout)
    _add_foot(word_document, document)
    out = BytesIO()
    word_document.save(out)
    return _reproducible_archive(out.getvalue())


def _set_properties(made: Any, document: Document) -> None:
    core = made.core_properties
    moment = datetime.fromisoformat(document.made_at) if document.made_at else datetime(1980, 1, 1)
    core.created = core.modified = moment.replace(tzinfo=None)
    core.title, core.subject = document.title, document.number_text if document.number else ""
    core.author = core.last_modified_by = document.letterhead.body.replace("\n", " ")
    core.identifier, core.language, core.revision, core.comments = document.identity, "vi-VN", 1, document.mark


def _set_styles(made: Any, layout: PageLayout) -> None:
    normal = made.styles["Normal"]
    _set_typeface(normal, layout.text)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = layout.spacing
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    normal.element.get_or_add_rPr().append(language)
    _title_style(made, layout)
    for level in (1, 2, 3):
        heading = made.styles[f"Heading {level}"]
        _set_typeface(heading, layout.text)
        heading.font.bold, heading.font.italic = level < 3, level == 3
        heading.paragraph_format.space_before = Pt(layout.above)
        heading.paragraph_format.first_line_indent = Mm(layout.indent)
    caption = made.styles["Caption"]
    _set_typeface(caption, layout.table)
    caption.font.bold = True
    caption.paragraph_format.alignment = ALIGN.CENTER
    caption.paragraph_format.keep_with_next = True
    _add_styles(made, layout)


def _title_style(made: Any, layout: PageLayout) -> None:
    title = made.styles["Title"]
    _set_typeface(title, layout.title)
    title.font.bold = True
    title.paragraph_format.alignment = ALIGN.CENTER
    title.paragraph_format.space_before, title.paragraph_format.space_after = Pt(0), Pt(0)
    border = title.element.pPr.find(qn("w:pBdr")) if title.element.pPr is not None else None
    if border is not None:
        title.element.pPr.remove(border)


def _add_styles(made: Any, layout: PageLayout) -> None:
    text = made.styles.add_style("Văn bản", WD_STYLE_TYPE.PARAGRAPH)
    text.base_style = made.styles["Normal"]
    text.paragraph_format.alignment = ALIGN.JUSTIFY
    text.paragraph_format.first_line_indent = Mm(layout.indent)
    text.paragraph_format.space_before = Pt(layout.above)
    note = made.styles.add_style("Ghi chú", WD_STYLE_TYPE.PARAGRAPH)
    note.base_style = made.styles["Normal"]
    note.font.italic, note.font.size = True, Pt(layout.table)


def _set_typeface(style: Any, size: float) -> None:
    style.font.name, style.font.size, style.font.color.rgb = FACE, Pt(size), RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FACE)


def _set_up_page(made: Any, document: Document) -> None:
    layout, section = document.layout, made.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE if layout.width > layout.height else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(layout.width), Mm(layout.height)
    section.top_margin, section.bottom_margin = Mm(layout.top), Mm(layout.bottom)
    section.left_margin, section.right_margin = Mm(layout.left), Mm(layout.right)
    section.header_distance = section.footer_distance = Mm(layout.top / 2)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = ALIGN.CENTER
    _add_field(number, "PAGE", layout.page)
    for footer in (section.footer, section.first_page_footer):
        foot = footer.paragraphs[0]
        foot.alignment = ALIGN.CENTER
        run = foot.add_run(document.mark)
        run.italic, run.font.size = True, Pt(10)


def _add_field(paragraph: Any, code: str, size: float) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run = paragraph.add_run("2")
    run.font.size = Pt(size)
    field.append(run._r)
    paragraph._p.append(field)


def _add_head(made: Any, document: Document) -> None:
    layout, letterhead = document.layout, document.letterhead
    left, right = _two_columns(made, layout)
    _add_centred_paragraph(left, letterhead.above, layout.body, fresh=True)
    _add_centred_paragraph(left, letterhead.body, layout.body, bold=True, fresh=not letterhead.above, ruled="──────")
    _add_centred_paragraph(right, STATE_NAME, layout.state_name, bold=True, fresh=True)
    _add_centred_paragraph(right, MOTTO, layout.motto, bold=True, ruled="─" * 15)
    _add_centred_paragraph(left, document.number_line, layout.number, above=6)
    _add_centred_paragraph(right, markup.date_line(document), layout.place, italic=True, above=6)
    title = made.add_paragraph(style="Title")
    title.paragraph_format.space_before = Pt(18)
    title.add_run(document.kind)
    subject = made.add_paragraph(document.subject, style="Title")
    subject.paragraph_format.space_after = Pt(2)
    rule = made.add_paragraph("────────", style="Normal")
    rule.alignment = ALIGN.CENTER
    if document.replaces:
        made.add_paragraph(document.replaces, style="Ghi chú").alignment = ALIGN.CENTER


def _two_columns(made: Any, layout: PageLayout) -> tuple[Any, Any]:
    text_width = layout.width - layout.left - layout.right
    table = made.add_table(rows=1, cols=2)
    table.autofit = False
    for cell, share in zip(table.rows[0].cells, (0.42, 0.58), strict=True):
        cell.width = Mm(text_width * share)
    return table.rows[0].cells[0], table.rows[0].cells[1]


def _add_centred_paragraph(
    cell: Any,
    text: str,
    size: float,
    *,
    bold: bool = False,
    italic: bool = False,
    fresh: bool = False,
    ruled: str = "",
    above: float = 0,
) -> None:
    """One centred paragraph of a letterhead or signature, with a short line under it where the layout has one."""
    if not text:
        return
    paragraph = cell.paragraphs[0] if fresh else cell.add_paragraph()
    paragraph.alignment, paragraph.paragraph_format.line_spacing = ALIGN.CENTER, 1.0
    paragraph.paragraph_format.space_before = Pt(above)
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    if ruled:
        line = cell.add_paragraph()
        line.alignment, line.paragraph_format.line_spacing = ALIGN.CENTER, 0.7
        line.add_run(ruled).font.size = Pt(8)


def _add_foot(made: Any, document: Document) -> None:
    layout = document.layout
    made.add_paragraph().paragraph_format.keep_with_next = True
    left, right = _two_columns(made, layout)
    if document.recipients:
        head = left.paragraphs[0].add_run("Nơi nhận:")
        head.bold = head.italic = True
        head.font.size = Pt(layout.recipients_head)
        for line in markup.recipient_lines(document):
            left.add_paragraph().add_run(line).font.size = Pt(layout.recipients)
    for at, line in enumerate(document.signature.lines):
        _add_centred_paragraph(right, line, layout.text, bold=True, fresh=at == 0)
    for _blank in range(4):
        right.add_paragraph()
    _add_centred_paragraph(right, document.signature.name, layout.text, bold=True)
    if document.verify:
        _add_qr_code(made, document.verify, f"Kiểm tra văn bản này tại {document.verify}")


def _add_qr_code(made: Any, address: str, words: str) -> None:
    shape = made.add_picture(BytesIO(qr_png(address)), width=Mm(24))
    shape._inline.docPr.set("descr", f"Mã QR: {address}")
    made.add_paragraph(words, style="Ghi chú")


def _add_code_block(made: Any, block: QrCodeBlock, _number: str, _layout: PageLayout) -> None:
    _add_qr_code(made, block.address, block.text)


def _add_heading(made: Any, block: Heading, number: str, _layout: PageLayout) -> None:
    made.add_heading(f"{number} {block.text}", level=min(max(block.level, 1), 3))


def _add_paragraph(made: Any, block: Paragraph, _number: str, _layout: PageLayout) -> None:
    made.add_paragraph(block.text, style="Văn bản")


def _add_dashed_list(made: Any, block: DashedList, _number: str, _layout: PageLayout) -> None:
    for text in block.texts:
        made.add_paragraph(f"- {text}", style="Văn bản")


def _add_note(made: Any, block: RemarkBlock, _number: str, _layout: PageLayout) -> None:
    made.add_paragraph(block.text, style="Ghi chú")


def _add_table(made: Any, block: DocumentTable, _number: str, layout: PageLayout) -> None:
    made.add_paragraph(block.caption, style="Caption")
    table = made.add_table(rows=1, cols=len(block.columns), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _describe_table(table._tbl.tblPr, block.caption)
    text_width, wide = layout.width - layout.left - layout.right, sum(column.wide for column in block.columns)
    widths = [Mm(text_width * column.wide / wide) for column in block.columns]
    _fill_row(
        table.rows[0], [column.title for column in block.columns], layout, widths, [ALIGN.CENTER] * len(widths), True
    )
    mark = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(mark)
    sides = [ALIGN.RIGHT if column.number else ALIGN.LEFT for column in block.columns]
    for row in block.rows:
        _fill_row(table.add_row(), row, layout, widths, sides)
    if block.note:
        made.add_paragraph(block.note, style="Ghi chú")


def _describe_table(properties: Any, text: str) -> None:
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), text)
    properties.append(caption)


def _fill_row(
    row: Any, texts: Iterable[str], layout: PageLayout, widths: list[Any], sides: list[Any], bold: bool = False
) -> None:
    unbroken = OxmlElement("w:cantSplit")
    row._tr.get_or_add_trPr().append(unbroken)
    for cell, text, width, side in zip(row.cells, texts, widths, sides, strict=False):
        cell.width = width
        paragraph = cell.paragraphs[0]
        paragraph.alignment, paragraph.paragraph_format.line_spacing = side, 1.0
        run = paragraph.add_run(text)
        run.bold, run.font.size = bold, Pt(layout.table)


def _add_figure(made: Any, block: ChartFigure, _number: str, layout: PageLayout) -> None:
    made.add_paragraph(block.caption, style="Caption")
    width = Mm(layout.width - layout.left - layout.right)
    shape = made.add_picture(BytesIO(as_png(block.drawing)), width=Emu(width))
    described = shape._inline.docPr
    described.set("descr", block.alt)
    described.set("name", block.caption)
    if block.note:
        made.add_paragraph(block.note, style="Ghi chú")


_WRITE: dict[type[Block], Callable[[Any, Any, str, PageLayout], None]] = {
    Heading: _add_heading,
    Paragraph: _add_paragraph,
    DashedList: _add_dashed_list,
    RemarkBlock: _add_note,
    DocumentTable: _add_table,
    ChartFigure: _add_figure,
    QrCodeBlock: _add_code_block,
}


def _reproducible_archive(packed: bytes) -> bytes:
    """The same parts in a fixed order with a fixed time."""
    out = BytesIO()
    with ZipFile(BytesIO(packed)) as source, ZipFile(out, "w") as target:
        names = sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        for name in names:
            part = ZipInfo(name, LONG_AGO)
            part.compress_type, part.external_attr, part.create_system = ZIP_DEFLATED, 0o600 << 16, 3
            target.writestr(
                part, re.sub(rb"\r\n", b"\n", source.read(name)) if name.endswith(".xml") else source.read(name)
            )
    return out.getvalue()
