"""An official document as plain data: what it says and how its parts are laid out.

Layout of Nghị định 30/2020/NĐ-CP, appendix I. The measures in :class:`Layout` are written from memory and not checked
against the decree's text (chưa kiểm chứng): they are data, which a province corrects in ``province.toml [documents]``.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from tinhso.ui.plots import ChartDrawing, ChartShape

STATE_NAME = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
CAPACITIES = {
    "TM.": "thay mặt tập thể",
    "Q.": "quyền",
    "KT.": "ký thay",
    "TL.": "thừa lệnh",
    "TUQ.": "thừa ủy quyền",
}


@dataclass(frozen=True)
class PageLayout:
    """Measures of a page in millimetres (A4 upright unless told otherwise), letters in points."""

    top: float = 20
    bottom: float = 20
    left: float = 30
    right: float = 15
    text: float = 14
    state_name: float = 13
    motto: float = 14
    body: float = 13
    number: float = 13
    place: float = 14
    title: float = 14
    page: float = 13
    recipients_head: float = 12
    recipients: float = 11
    indent: float = 10
    above: float = 6
    spacing: float = 1.15
    table: float = 12
    width: float = 210
    height: float = 297


@dataclass(frozen=True)
class Letterhead:
    """Who issues: the body above it (empty when there is none), the body, the place of issue."""

    body: str
    place: str
    above: str = ""


@dataclass(frozen=True)
class SignatureBlock:
    """Lines of capacity and office (``TM. ỦY BAN NHÂN DÂN``, ``KT. CHỦ TỊCH``, ``PHÓ CHỦ TỊCH``), then the name."""

    lines: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 (I.), 2 (1.) or 3 (a)); its number follows from where it stands."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of running text."""

    text: str


@dataclass(frozen=True)
class DashedList:
    """Short paragraphs, each after a dash."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class TableColumn:
    """A column of a table; ``wide`` is its share of the width."""

    title: str
    number: bool = False
    wide: int = 10


@dataclass(frozen=True)
class DocumentTable:
    """Rows under headings; the first cell of a row says what the row is about."""

    caption: str
    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class ChartFigure:
    """A chart; ``alt`` says in words what it shows."""

    caption: str
    drawing: ChartDrawing
    alt: str
    note: str = ""


@dataclass(frozen=True)
class RemarkBlock:
    """A remark in smaller letters."""

    text: str


@dataclass(frozen=True)
class QrCodeBlock:
    """A code to be read by a phone, which leads to ``address``; ``text`` beside it says what for."""

    address: str
    text: str


Block = Heading | Paragraph | DashedList | DocumentTable | ChartFigure | RemarkBlock | QrCodeBlock
# Names in stored documents: they stay as they are, whatever a class is called
KINDS: Mapping[str, type[Any]] = {
    "heading": Heading,
    "paragraph": Paragraph,
    "items": DashedList,
    "table": DocumentTable,
    "figure": ChartFigure,
    "note": RemarkBlock,
    "code": QrCodeBlock,
}
NAMES = {kind: name for name, kind in KINDS.items()}


@dataclass(frozen=True)
class Document:
    """One document. ``number`` 0 and ``day`` empty: not issued yet.

    ``identity`` goes into the files so that two documents never have the same bytes; ``made_at`` (ISO moment) is the
    only time in them; ``mark`` stands at the foot of every page; ``notation`` is what follows the number: ``BC-UBND``;
    ``verify`` is the address of the page where anybody can check the document, printed as a code at its end;
    ``reference`` is a whole line in the place of ``Số: …``, for a document of no series.
    """

    identity: str
    kind: str
    subject: str
    letterhead: Letterhead
    notation: str
    blocks: tuple[Block, ...]
    signature: SignatureBlock
    recipients: tuple[str, ...] = ()
    number: int = 0
    day: str = ""
    made_at: str = ""
    mark: str = ""
    replaces: str = ""
    layout: PageLayout = PageLayout()
    verify: str = ""
    reference: str = ""

    @property
    def title(self) -> str:
        """Kind and subject in one line."""
        return f"{self.kind} {self.subject}"

    @property
    def number_text(self) -> str:
        """``05/BC-UBND``; a number below 10 has a 0 before it, one that is not given yet leaves room."""
        return f"{self.number:02d}/{self.notation}" if self.number else f"\u2007\u2007\u2007\u2007/{self.notation}"

    @property
    def number_line(self) -> str:
        """What stands below the letterhead: the number, or the reference in its place."""
        return self.reference or f"Số: {self.number_text}"


def to_plain(document: Document) -> dict[str, Any]:
    """The document as JSON holds it."""
    plain = asdict(document)
    blocks = zip(document.blocks, plain["blocks"], strict=True)
    plain["blocks"] = [{"is": NAMES[type(block)], **table} for block, table in blocks]
    return plain


def from_plain(plain: Mapping[str, Any]) -> Document:
    """The document that :func:`to_plain` wrote."""
    field_names = {field.name for field in fields(Document)}
    values = {key: value for key, value in plain.items() if key in field_names}
    return Document(
        **values
        | {
            "letterhead": Letterhead(**plain["letterhead"]),
            "signature": SignatureBlock(tuple(plain["signature"]["lines"]), plain["signature"]["name"]),
            "layout": PageLayout(**plain["layout"]),
            "recipients": tuple(plain["recipients"]),
            "blocks": tuple(_block_of(table) for table in plain["blocks"]),
        }
    )


def _block_of(table: Mapping[str, Any]) -> Block:
    values = {key: value for key, value in table.items() if key != "is"}
    kind = str(table["is"])
    if kind == "items":
        values["texts"] = tuple(values["texts"])
    if kind == "table":
        values["columns"] = tuple(TableColumn(**column) for column in values["columns"])
        values["rows"] = tuple(tuple(row) for row in values["rows"])
    if kind == "figure":
        values["drawing"] = _drawing_of(values["drawing"])
    block: Block = KINDS[kind](**values)
    return block


def _drawing_of(table: Mapping[str, Any]) -> ChartDrawing:
    shapes = (ChartShape(**{**shape, "points": tuple((x, y) for x, y in shape["points"])}) for shape in table["shapes"])
    return ChartDrawing(table["width"], table["height"], tuple(shapes))
