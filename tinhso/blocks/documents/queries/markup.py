"""A document as HTML: the same body for the printed page and for the preview on a screen."""

from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from tinhso.blocks.documents.contract import (
    MOTTO,
    STATE_NAME,
    Block,
    ChartFigure,
    DashedList,
    Document,
    DocumentTable,
    Heading,
    Paragraph,
    QrCodeBlock,
    RemarkBlock,
)
from tinhso.blocks.documents.queries.codes import qr_svg
from tinhso.ui import plots

FONT = "Tinos"
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI")
LETTERS = "abcdđeghiklmnopqrstuvxy"  # điểm: the Vietnamese alphabet, đ included


def _figure_inline(figure: ChartFigure) -> SafeString:
    return mark_safe(plots.drawing_svg(figure.drawing, font=FONT, title=figure.alt))


def _figure_image(figure: ChartFigure) -> SafeString:
    drawn = b64encode(plots.drawing_svg(figure.drawing, font=FONT).encode()).decode()
    return format_html('<img alt="{}" src="data:image/svg+xml;base64,{}">', figure.alt, drawn)


@dataclass(frozen=True)
class Setting:
    """Where HTML is read: the level of the title's heading, how figures are drawn, whether tables may scroll."""

    top: int
    draw: Callable[[ChartFigure], SafeString]
    scrolls: bool


PRINT, SCREEN = Setting(1, _figure_image, scrolls=False), Setting(2, _figure_inline, scrolls=True)


@dataclass(frozen=True)
class Pieces:
    """A document as HTML in pieces: what stands above its text, each block, what stands below."""

    head: SafeString
    blocks: tuple[SafeString, ...]
    foot: SafeString


def document_body(document: Document) -> SafeString:
    """All of the document as it is printed."""
    pieces = document_pieces(document, for_screen=False)
    return format_html(
        '{}<div class="doc-text">{}</div>{}', pieces.head, mark_safe("".join(pieces.blocks)), pieces.foot
    )


def document_pieces(document: Document, *, for_screen: bool = True) -> Pieces:
    """The document in pieces; on a screen it stands below the page's own heading, and wide tables scroll."""
    setting = SCREEN if for_screen else PRINT
    numbers = heading_numbers(document.blocks)
    blocks = (_block_html(block, number, setting) for block, number in zip(document.blocks, numbers, strict=True))
    return Pieces(_document_head(document, setting), tuple(blocks), _document_foot(document))


def heading_numbers(blocks: Iterable[Block]) -> list[str]:
    """The number before each heading (``I.``, ``1.``, ``a)``), empty before all else."""
    counts = [0, 0, 0]
    numbers = []
    for block in blocks:
        if not isinstance(block, Heading):
            numbers.append("")
            continue
        level = min(max(block.level, 1), 3) - 1
        counts[level:] = [counts[level] + 1, *[0] * (2 - level)]
        numbers.append(_heading_number(level, counts[level]))
    return numbers


def _heading_number(level: int, count: int) -> str:
    if level == 0:
        return f"{ROMAN[count - 1] if count <= len(ROMAN) else count}."
    return f"{count}." if level == 1 else f"{LETTERS[(count - 1) % len(LETTERS)]})"


def date_line(document: Document) -> str:
    """``Hai Sông, ngày 05 tháng 11 năm 2026``; days below 10 and months 1 and 2 have a 0 before them."""
    if not document.day:
        return (
            f"{document.letterhead.place}, ngày\u2007\u2007\u2007 tháng\u2007\u2007\u2007 năm\u2007\u2007\u2007\u2007"
        )
    year, month, day = document.day.split("-")
    return f"{document.letterhead.place}, ngày {day} tháng {month if int(month) < 3 else int(month)} năm {year}"


def recipient_lines(document: Document) -> list[str]:
    """Who gets it: a dash, a semicolon after each, a full stop after the last."""
    last = len(document.recipients) - 1
    return [f"- {name}{'.' if at == last else ';'}" for at, name in enumerate(document.recipients)]


def _document_head(document: Document, setting: Setting) -> SafeString:
    letterhead = document.letterhead
    above = format_html('<p class="doc-above">{}</p>', _text_with_breaks(letterhead.above)) if letterhead.above else ""
    return format_html(
        '<div class="doc-head"><div class="doc-body">{}<p class="doc-name"><span>{}</span></p></div>'
        '<div class="doc-state"><p class="doc-state-name">{}</p><p class="doc-motto"><span>{}</span></p></div></div>'
        '<div class="doc-head doc-second"><p class="doc-number">{}</p><p class="doc-place">{}</p></div>'
        '<h{} class="doc-title"><span class="doc-kind">{}</span> <span class="doc-subject">{}</span></h{}>{}',
        above,
        _text_with_breaks(letterhead.body),
        STATE_NAME,
        MOTTO,
        document.number_line,
        date_line(document),
        setting.top,
        document.kind,
        document.subject,
        setting.top,
        format_html('<p class="doc-replaces">{}</p>', document.replaces) if document.replaces else "",
    )


def _text_with_breaks(text: str) -> SafeString:
    return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in text.split("\n")))


def _document_foot(document: Document) -> SafeString:
    if not (document.recipients or document.signature.lines or document.signature.name):
        return check_code(document.verify)
    lines = format_html_join("", "<p>{}</p>", ((line,) for line in recipient_lines(document)))
    heading = mark_safe('<p class="doc-to">Nơi nhận:</p>') if document.recipients else ""
    signed = format_html_join("", "<p>{}</p>", ((line,) for line in document.signature.lines))
    return format_html(
        '<div class="doc-foot"><div class="doc-recipients">{}{}</div>'
        '<div class="doc-signature">{}<div class="doc-room"></div><p class="doc-signer">{}</p></div></div>{}',
        heading,
        lines,
        signed,
        document.signature.name,
        check_code(document.verify),
    )


def check_code(address: str) -> SafeString:
    """The code that leads to the page where a document is checked, and that page's address; nothing without one."""
    return _qr_code_block(address, f"Kiểm tra văn bản này tại {address}") if address else mark_safe("")


def _qr_code_block(address: str, words: str) -> SafeString:
    drawn = b64encode(qr_svg(address).encode()).decode()
    return format_html(
        '<div class="doc-verify"><img alt="{}" src="data:image/svg+xml;base64,{}" width="96" height="96">'
        "<p>{}</p></div>",
        f"Mã QR: {address}",
        drawn,
        words,
    )


def _block_html(block: Block, number: str, setting: Setting) -> SafeString:
    if isinstance(block, Heading):
        level = min(max(block.level, 1), 3)
        tag = setting.top + level
        return format_html('<h{} class="doc-h{}">{} {}</h{}>', tag, level, number, block.text, tag)
    if isinstance(block, ChartFigure):
        return format_html(
            '<figure class="doc-figure"><figcaption>{}</figcaption>{}{}</figure>',
            block.caption,
            setting.draw(block),
            _note_paragraph(block.note),
        )
    if isinstance(block, DocumentTable):
        return _table_block(block, setting)
    return _PLAIN[type(block)](block)


def _paragraph_block(block: Paragraph) -> SafeString:
    return format_html("<p>{}</p>", block.text)


def _dashed_list_block(block: DashedList) -> SafeString:
    return format_html_join("", '<p class="doc-item">- {}</p>', ((text,) for text in block.texts))


def _remark_block(block: RemarkBlock) -> SafeString:
    return _note_paragraph(block.text)


def _code_block(block: QrCodeBlock) -> SafeString:
    return _qr_code_block(block.address, block.text)


def _note_paragraph(text: str) -> SafeString:
    return format_html('<p class="doc-note">{}</p>', text) if text else mark_safe("")


def _table_block(block: DocumentTable, setting: Setting) -> SafeString:
    total_width = sum(column.wide for column in block.columns)
    columns = format_html_join(
        "", '<col class="doc-w{}">', ((max(1, round(column.wide * 20 / total_width)),) for column in block.columns)
    )
    head = format_html_join("", '<th scope="col">{}</th>', ((column.title,) for column in block.columns))
    rows = format_html_join("", "<tr>{}</tr>", ((_table_row(block, row),) for row in block.rows))
    return format_html(
        '<div class="doc-table"{}><table><caption>{}</caption><colgroup>{}</colgroup>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table>{}</div>",
        format_html(' tabindex="0" role="region" aria-label="{}"', block.caption) if setting.scrolls else "",
        block.caption,
        columns,
        head,
        rows,
        _note_paragraph(block.note),
    )


def _table_row(block: DocumentTable, row: Sequence[str]) -> SafeString:
    first = format_html('<th scope="row">{}</th>', row[0]) if row else mark_safe("")
    cells = zip(block.columns[1:], row[1:], strict=False)
    return first + format_html_join("", '<td class="{}">{}</td>', (("num" if c.number else "", v) for c, v in cells))


_PLAIN: dict[type[Any], Callable[[Any], SafeString]] = {
    Paragraph: _paragraph_block,
    DashedList: _dashed_list_block,
    RemarkBlock: _remark_block,
    QrCodeBlock: _code_block,
}
