"""Signed files that are written oddly, or end oddly, and yet are what was signed; each a small function."""

from io import BytesIO

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

PAGE = (595, 842)


def hybrid() -> bytes:
    """A page whose table of references has a stream beside it for newer readers, as old word processors wrote."""
    words = b"BT 60 700 Td (Chi tra 1.000.000 dong) Tj ET"
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
        4: b"<</Length %d>>\nstream\n%b\nendstream" % (len(words), words),
        5: b"<</Type/ObjStm/N 1/First 4/Length 12>>\nstream\n7 0 <</A 1>> \nendstream",
    }
    body, at = _written(objects)
    stream_at = len(body)
    row = (2).to_bytes(1) + (5).to_bytes(4) + (0).to_bytes(2)
    stream = b"<</Type/XRef/Size 8/W[1 4 2]/Index[7 1]/Length %d>>\nstream\n%b\nendstream" % (len(row), row)
    body += b"6 0 obj\n%b\nendobj\n" % stream
    table = b"xref\n0 7\n0000000000 65535 f \n" + b"".join(
        b"%010d 00000 n \n" % where for where in (*at.values(), stream_at)
    )
    return body + _end(table, b"/Size 8/XRefStm %d" % stream_at, len(body))


def dangling() -> bytes:
    """A page that names an object which there is not."""
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R/Names 77 0 R/Outlines 78 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Annots[79 0 R]/Resources<<>>>>",
    }
    body, at = _written(objects)
    table = b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % where for where in at.values())
    return body + _end(table, b"/Size 80", len(body))


def _written(objects: dict[int, bytes]) -> tuple[bytes, dict[int, int]]:
    body, at = b"%PDF-1.7\n", {}
    for number, content in objects.items():
        at[number] = len(body)
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    return body, at


def _end(table: bytes, more: bytes, at: int) -> bytes:
    return table + b"trailer\n<</Root 1 0 R%b>>\nstartxref\n%d\n%%%%EOF\n" % (more, at)


def bytes_behind(content: bytes, many: int = 500) -> bytes:
    """Letters after the end of the file."""
    return content + b"x" * many


def a_form() -> bytes:
    """A page with a text field that shows an amount."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=PAGE)
        pdf.add_blank_page(page_size=PAGE)
        shown = _appearance(b"1.000.000")
        look = pdf.make_stream(shown, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 300, 40])
        field = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
                FT=pikepdf.Name.Tx,
                T="so_tien",
                V="1.000.000",
                Rect=[60, 600, 360, 640],
                F=4,
                AP=pikepdf.Dictionary(N=look),
                P=page.obj,
                DA="/Helv 20 Tf 0 g",
            )
        )
        page.Annots = pikepdf.Array([field])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))
        out = BytesIO()
        pdf.save(out, compress_streams=False)
    return out.getvalue()


def _appearance(words: bytes) -> bytes:
    """Bars, one for each letter, as wide as its number: a picture that needs no font."""
    bars = b"".join(b"%d 5 %d 30 re f\n" % (8 * place, letter % 7 + 1) for place, letter in enumerate(words))
    return b"q 0 g\n" + bars + b"Q"


def fill_in(content: bytes, words: str = "9.000.000") -> bytes:
    """An update that writes another value into the field, and draws it."""
    writer = IncrementalPdfFileWriter(BytesIO(content))
    field = next(
        one.get_object() for one in writer.root["/AcroForm"]["/Fields"] if one.get_object().get("/FT") == "/Tx"
    )
    field["/V"] = generic.TextStringObject(words)
    look = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): generic.ArrayObject([generic.NumberObject(side) for side in (0, 0, 300, 40)]),
        },
        stream_data=_appearance(words.encode()),
    )
    field["/AP"] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(look)})
    writer.mark_update(field.container_ref)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def annotate(content: bytes, page: int = 0) -> bytes:
    """An update that lays a black box, an annotation, over a page."""
    writer = IncrementalPdfFileWriter(BytesIO(content))
    shown = writer.find_page_for_modification(page)[0].get_object()
    numbers = [generic.NumberObject(side) for side in (50, 590, 400, 720)]
    look = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): generic.ArrayObject(numbers),
        },
        stream_data=b"q 0 g 50 590 350 130 re f Q",
    )
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Stamp"),
            pdf_name("/Rect"): generic.ArrayObject(numbers),
            pdf_name("/F"): generic.NumberObject(4),
            pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): writer.add_object(look)}),
        }
    )
    there = [*shown.get("/Annots", ())] if "/Annots" not in shown else list(shown["/Annots"])
    raw = [shown["/Annots"].raw_get(place) for place in range(len(there))] if there else []
    shown["/Annots"] = generic.ArrayObject([*raw, writer.add_object(note)])
    writer.mark_update(shown.container_ref)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def that_leads_nowhere(content: bytes) -> bytes:
    """Behind what was signed, an update whose table of references is not where it says."""
    return content + b"9 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF\n"
