"""Signed files that somebody altered, as published attacks on PDF signatures do; each a small function."""

import re
import zlib
from collections.abc import Callable
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

Change = Callable[[IncrementalPdfFileWriter], None]


def _updated(content: bytes, change: Change) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(content))
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def flip_a_byte(content: bytes) -> bytes:
    """Other words in what was signed, in place."""
    assert b"1.000.000" in content
    return content.replace(b"1.000.000", b"9.000.000", 1)


def cover_the_page(content: bytes) -> bytes:
    """An update that writes over the page (incremental saving)."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        page = writer.find_page_for_modification(0)[0].get_object()
        more = generic.StreamObject(stream_data=b"BT /F1 20 Tf 60 600 Td (Chi tra 9.000.000 dong) Tj ET")
        page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), writer.add_object(more)])
        writer.mark_update(page.container_ref)

    return _updated(content, change)


def swap_the_contents(content: bytes) -> bytes:
    """A shadow: an update replaces the object that the page shows, and the page itself stays."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        shown = writer.root["/Pages"]["/Kids"][0].raw_get("/Contents")
        stream = writer.get_object(shown.reference)
        stream._data = b"BT /F1 20 Tf 60 700 Td (Chi tra 9.000.000 dong) Tj ET"
        stream._encoded_data = None
        writer.mark_update(shown.reference)

    return _updated(content, change)


def swap_the_font(content: bytes) -> bytes:
    """A shadow: the same letters look like others, because the font is another."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        page = writer.find_page_for_modification(0)[0].get_object()
        page["/Resources"]["/Font"]["/F1"] = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Font"),
                pdf_name("/Subtype"): pdf_name("/Type1"),
                pdf_name("/BaseFont"): pdf_name("/ZapfDingbats"),
            }
        )
        writer.mark_update(page.container_ref)

    return _updated(content, change)


def another_tree_of_pages(content: bytes) -> bytes:
    """A shadow: the catalogue points to other pages, the signed ones are no longer shown."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        old = writer.root["/Pages"]["/Kids"][0]
        page = generic.DictionaryObject({key: old.raw_get(key) for key in old})
        shown = writer.add_object(generic.StreamObject(stream_data=b"BT /F1 20 Tf 60 700 Td (Khac) Tj ET"))
        page[pdf_name("/Contents")] = shown
        kid = writer.add_object(page)
        pages = writer.add_object(
            generic.DictionaryObject(
                {
                    pdf_name("/Type"): pdf_name("/Pages"),
                    pdf_name("/Count"): generic.NumberObject(1),
                    pdf_name("/Kids"): generic.ArrayObject([kid]),
                }
            )
        )
        page[pdf_name("/Parent")] = pages
        writer.root["/Pages"] = pages
        writer.update_root()

    return _updated(content, change)


def wrap(content: bytes) -> bytes:
    """Signature wrapping: the signed end moves behind a copy of itself that nobody signed and that readers follow."""
    found = re.search(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", content)
    assert found is not None
    first, second, length = int(found[2]), int(found[3]), int(found[4])
    end = content[second:].replace(b"/Prev", b"/Evil true/Prev")
    moved = content[:second] + end + content[second:]
    said = f"/ByteRange [0 {first} {second + len(end)} {length}]".encode()
    assert len(said) <= len(found[0])
    return moved.replace(found[0], said.ljust(len(found[0])), 1)


def leave_out_the_end(content: bytes) -> bytes:
    """The ranges stop before the end of what was there when it was signed."""
    found = re.search(rb"/ByteRange\s*\[\s*\d+\s+\d+\s+\d+\s+(\d+)\s*\]", content)
    assert found is not None
    shorter = str(int(found[1]) - 20).encode().ljust(len(found[1]))
    return content[: found.start(1)] + shorter + content[found.end(1) :]


def empty_the_signature(content: bytes) -> bytes:
    """Universal forgery: the signature's field is there, its value says nothing."""
    return re.sub(
        rb"/Contents <[0-9a-fA-F]{100,}", lambda at: b"/Contents <" + b"0" * (len(at[0]) - 11), content, count=1
    )


def without_ranges(content: bytes) -> bytes:
    """Universal forgery: nothing says what was signed."""
    return re.sub(rb"/ByteRange(?=\s*\[)", b"/ByteRangf", content, count=1)


def take_the_form_away(content: bytes) -> bytes:
    """An update hides every signature."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        del writer.root["/AcroForm"]
        writer.update_root()

    return _updated(content, change)


ATTACKS = (
    flip_a_byte,
    cover_the_page,
    swap_the_contents,
    swap_the_font,
    another_tree_of_pages,
    wrap,
    leave_out_the_end,
    empty_the_signature,
    without_ranges,
    take_the_form_away,
)


def deep_nesting() -> bytes:
    """Arrays within arrays until a reader's stack is full."""
    return _file(b"<</Type/Catalog/Pages 2 0 R/AcroForm " + b"[" * 200_000 + b">>")


def circle_of_tables() -> bytes:
    """A cross-reference table whose predecessor is itself."""
    body = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n"
    table = f"xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<</Size 2/Root 1 0 R/Prev {len(body)}>>\n"
    return body + table.encode() + f"startxref\n{len(body)}\n%%EOF\n".encode()


def bomb() -> bytes:
    """A table of references that unpacks to gigabytes."""
    packed = _gigabytes(b"")
    body = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    at = len(body)
    head = f"3 0 obj\n<</Type/XRef/Size 4/W[1 4 2]/Root 1 0 R/Filter/FlateDecode/Length {len(packed)}>>\nstream\n"
    return body + head.encode() + packed + f"\nendstream\nendobj\nstartxref\n{at}\n%%EOF\n".encode()


def _gigabytes(begin: bytes) -> bytes:
    """Something and two thousand million spaces, packed: a block that refers to nothing before it, again and again."""
    packer = zlib.compressobj(9)
    first = packer.compress(begin) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + (packer.compress(b" " * 10_000_000) + packer.flush(zlib.Z_FULL_FLUSH)) * 200


def crowd(content: bytes, many: int) -> bytes:
    """As many signature fields, each pointing to the same signature."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        form = writer.root["/AcroForm"]
        value = form["/Fields"][0].raw_get("/V")
        for number in range(many):
            field = generic.DictionaryObject(
                {
                    pdf_name("/FT"): pdf_name("/Sig"),
                    pdf_name("/T"): generic.TextStringObject(f"x{number}"),
                    pdf_name("/V"): value,
                }
            )
            form["/Fields"].append(writer.add_object(field))
        writer.update_root()
        if form.container_ref is not None:
            writer.mark_update(form.container_ref)

    return _updated(content, change)


def chain_of_tables(many: int = 20_000) -> bytes:
    """As many cross-reference tables, each leading to the one before, and a single mark where to begin."""
    body = bytearray(
        b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n"
    )
    before = b""
    for _one in range(many):
        at = len(body)
        body += b"xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 3/Root 1 0 R" + before + b">>\n"
        before = b"/Prev %d" % at
    return bytes(body) + b"startxref\n%d\n%%%%EOF\n" % at


def bomb_of_objects() -> bytes:
    """A form that lies in a stream of objects which unpacks to gigabytes."""
    return _streamed(b"/Type/ObjStm/N 1/First 4", _gigabytes(b"4 0 <</Fields[]>> "))


def object_within_itself() -> bytes:
    """A stream of objects that says of itself that it lies in itself."""
    return _streamed(b"/Type/ObjStm/N 1/First 4/Extends 3 0 R", b"4 0 <</Fields 4 0 R>>", inside=3)


def _streamed(about: bytes, content: bytes, inside: int = 0) -> bytes:
    """A file whose form, object 4, lies in object 3, a stream; with ``inside`` that object lies in a stream, too."""
    pieces = {
        1: b"<</Type/Catalog/Pages 2 0 R/AcroForm 4 0 R>>",
        2: b"<</Type/Pages/Kids[]/Count 0>>",
        3: b"<<%b%b/Length %d>>\nstream\n%b\nendstream"
        % (about, b"/Filter/FlateDecode" if content[:1] == b"\x78" else b"", len(content), content),
    }
    body, at = b"%PDF-1.7\n", {}
    for number, piece in pieces.items():
        at[number] = len(body)
        body += b"%d 0 obj\n%b\nendobj\n" % (number, piece)
    rows = [(0, 0, 65535)] + [(1, at[number], 0) for number in pieces] + [(2, 3, 0), (1, len(body), 0)]
    if inside:
        rows[3] = (2, inside, 0)
    table = b"".join(kind.to_bytes(1) + where.to_bytes(4) + more.to_bytes(2) for kind, where, more in rows)
    about_it = b"<</Type/XRef/Size 6/W[1 4 2]/Root 1 0 R/Length %d>>" % len(table)
    return body + b"5 0 obj\n%b\nstream\n%b\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (about_it, table, len(body))


def circle_of_fields() -> bytes:
    """Fields that are each other's children, and a page that is its own parent."""
    return _objects(
        b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[3 0 R]/SigFlags 3>>>>",
        b"<</Type/Pages/Kids[2 0 R]/Count 1/Parent 2 0 R>>",
        b"<</T(a)/FT/Sig/Kids[4 0 R]/Parent 4 0 R>>",
        b"<</T(b)/FT/Sig/Kids[3 0 R]/Parent 3 0 R/V 3 0 R>>",
    )


def reference_to_itself() -> bytes:
    """A form that is a reference to itself, by way of another."""
    return _objects(
        b"<</Type/Catalog/Pages 2 0 R/AcroForm 3 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>", b"4 0 R", b"3 0 R"
    )


def _objects(*contents: bytes) -> bytes:
    body, at = b"%PDF-1.7\n", []
    for number, content in enumerate(contents, 1):
        at.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(at) + 1) + b"".join(b"%010d 00000 n \n" % one for one in at)
    return body + table + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(at) + 1, len(body))


HOSTILE = (
    deep_nesting,
    circle_of_tables,
    chain_of_tables,
    bomb,
    bomb_of_objects,
    object_within_itself,
    circle_of_fields,
    reference_to_itself,
)


def _file(catalogue: bytes) -> bytes:
    body = b"%PDF-1.7\n1 0 obj\n" + catalogue + b"\nendobj\n"
    table = b"xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<</Size 2/Root 1 0 R>>\n"
    return body + table + f"startxref\n{len(body)}\n%%EOF\n".encode()
