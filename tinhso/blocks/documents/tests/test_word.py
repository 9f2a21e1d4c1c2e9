"""What other programs see in our Word files."""

from io import BytesIO
from zipfile import ZipFile

import docx
import docx2txt
import pytest
from docx.oxml.ns import qn

from tinhso.blocks.documents import queries
from tinhso.blocks.documents.tests.makers import a_report

ISSUED = {"number": 12, "day": "2026-11-05", "made_at": "2026-11-05T05:00:00Z"}


@pytest.mark.conformance
def test_a_plain_reader_finds_the_same_words() -> None:
    text = docx2txt.process(BytesIO(queries.as_docx(a_report(**ISSUED))))

    for part in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Số: 12/BC-TTĐH", "ngày 05 tháng 11 năm 2026", "Nơi nhận:"):
        assert part in text, part


@pytest.mark.conformance
def test_headings_tables_and_pictures_are_real_ones() -> None:
    made = docx.Document(BytesIO(queries.as_docx(a_report(**ISSUED))))

    headings = [one.text for one in made.paragraphs if one.style is not None and one.style.name == "Heading 1"]
    table = made.tables[1]
    described = [shape._inline.docPr.get("descr") for shape in made.inline_shapes]

    assert headings == ["I. Kết quả chung"]
    assert [cell.text for cell in table.rows[1].cells] == ["Chỉ tiêu thứ 1", "1,5%", "1,1%"]
    assert table.rows[0]._tr.trPr is not None
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert described[0] == "Tỷ lệ tăng từ 91% lên 96,2%"


@pytest.mark.conformance
def test_the_page_has_the_margins_and_the_number_of_the_decree() -> None:
    section = docx.Document(BytesIO(queries.as_docx(a_report(**ISSUED)))).sections[0]

    millimetres = [round(side.mm) for side in (section.left_margin, section.right_margin, section.top_margin) if side]

    assert millimetres == [30, 15, 20]
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header.paragraphs[0]._p.xml
    assert "PAGE" not in section.first_page_header.paragraphs[0]._p.xml


def test_nothing_in_the_file_tells_when_or_where_it_was_written() -> None:
    with ZipFile(BytesIO(queries.as_docx(a_report(**ISSUED)))) as parts:
        times = {part.date_time for part in parts.infolist()}
        core = parts.read("docProps/core.xml").decode()

    assert times == {(1980, 1, 1, 0, 0, 0)}
    assert "2026-11-05T05:00:00Z" in core
    assert "python-docx" not in core
